import pytest

from broker import Broker
from namespaces import Namespace, World
from nameserver import NameServer
from servers import make_authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authority")
    make_authority(folder)
    return folder


@pytest.fixture(scope="module")
def world():
    made = World()
    yield made
    made.close()


@pytest.fixture(scope="module")
def names(world):
    server = NameServer(world.there.datagrams(world.NAMES, 53))
    yield server
    server.close()


@pytest.fixture
def broker(world, names, authority):
    names.answers.clear()
    names.asked.clear()
    names.silent.clear()
    made = Broker(world.here, authority / "ca.pem")
    configure = made.configure
    made.configure = lambda *entries, **more: configure(
        *entries, **{"resolvers": [f"{world.NAMES}:53"], **more})
    yield made
    made.close()


@pytest.fixture
def slot():
    """The network namespace of a slot: loopback, and nothing else."""
    made = Namespace()
    yield made
    made.close()


@pytest.fixture
def serve(world):
    """Starts servers, and ends them with the test: serve(Echo, address, port, ...)."""
    started = []

    def start(kind, address, port, *more, namespace=None, **options):
        listener = (namespace or world.there).listen(address, port)
        started.append(kind(listener, *more, **options))
        return started[-1]

    yield start
    for server in started:
        server.close()

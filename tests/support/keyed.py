"""Systems that ask for keys: their key file, and clients that have one."""

import json
import os
import re

from client import Client


class Keys:
    """The key file of one system, written by `brood key` and by hand."""

    def __init__(self, system):
        self.system = system
        self.path = os.path.join(system.directory, "keys.json")
        self.by_tenant = {}

    def create(self, tenant, *arguments):
        done = self.system.brood("key", "create", "--tenant", tenant, *arguments)
        assert done.returncode == 0, done.stderr
        self.by_tenant[tenant] = done.stdout.decode().strip()
        return self.by_tenant[tenant]

    def id_of(self, tenant):
        return next(key["id"] for key in self.listed() if key["tenant"] == tenant)

    def listed(self):
        done = self.system.brood("key", "ls", "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def limit(self, tenant, **limits):
        """Replaces the file, as a careful editor does."""
        with open(self.path, encoding="utf-8") as file:
            content = json.load(file)
        content.setdefault("tenants", {})[tenant] = limits
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            json.dump(content, file)
        os.chmod(self.path + ".new", 0o600)
        os.rename(self.path + ".new", self.path)

    def client(self, tenant=None):
        """A client of its own, with the tenant's key or none."""
        known = self.system.client
        made = Client(known.host, known.port)
        if tenant is not None:
            made.headers = {"Authorization": f"Bearer {self.by_tenant[tenant]}"}
        return made


def prepare(system, audit=True, **access):
    """Names the files before the system is started; returns its Keys."""
    keys = Keys(system)
    tables = {"access": {"keys_file": keys.path,
                         "state_dir": os.path.join(system.directory, "state")} | access}
    if audit:
        tables["audit"] = {"path": audit_path(system)}
    add_settings(system, tables)
    return keys


def add_settings(system, tables):
    """Further tables for the configuration file of a system that has not been started."""
    with open(system.config_path, "a", encoding="utf-8") as file:
        for table, values in tables.items():
            file.write(f"\n[{table}]\n")
            file.writelines(f"{name} = {json.dumps(value)}\n" for name, value in values.items())


def audit_path(system):
    return os.path.join(system.directory, "audit.jsonl")


def audited(system):
    """The lines of the audit log, none of which is half."""
    try:
        with open(audit_path(system), encoding="ascii") as file:
            return [json.loads(line) for line in file]
    except FileNotFoundError:
        return []


def metric(client, name):
    """The value of a metric without labels, or with these: 'name{code="x"}'."""
    text = client.get("/metrics").body.decode()
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
    return float(found.group(1)) if found else 0.0

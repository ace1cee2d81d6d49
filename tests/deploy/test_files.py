"""Files shipped beside the programs, put to the tools that know their form."""

import glob
import json
import os
import re
import subprocess

import pytest
import yaml

import preconditions
from podman import SOURCES, run
from tools import TOOLS, tool

DEPLOY = f"{SOURCES}/deploy"
KUBERNETES = "1.34"
OVERLAYS = ["plain", "gvisor", "user", "observed"]


@pytest.fixture(scope="session", autouse=True)
def installed_tools():
    run([f"{SOURCES}/tests/deploy/tools.sh", TOOLS])


def built(overlay):
    return run([tool("kustomize"), "build", f"{DEPLOY}/kubernetes/overlays/{overlay}"])


def validate(text, path):
    """Objects of Kubernetes' own groups against its schemas."""
    documents = [one for one in yaml.safe_load_all(text) if one]
    known = [one for one in documents if "monitoring.coreos.com" not in one["apiVersion"]]
    path.write_text(yaml.safe_dump_all(known), "utf-8")
    run([tool("kubernetes-validate"), "--strict", "-k", KUBERNETES, str(path)])
    return {one["kind"]: one for one in documents}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_an_overlay_is_valid_and_restricted(overlay, tmp_path):
    objects = validate(built(overlay), tmp_path / "objects.yaml")
    pod = objects["Deployment"]["spec"]["template"]["spec"]
    container = pod["containers"][0]
    # PodSecurity calls this restricted.
    assert pod["securityContext"]["runAsNonRoot"] and pod["automountServiceAccountToken"] is False
    profile = container["securityContext"].get("seccompProfile", pod["securityContext"]["seccompProfile"])
    assert profile["type"] in ("RuntimeDefault", "Localhost")
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert not {"Role", "ClusterRole", "RoleBinding", "ServiceAccount"} & set(objects)
    assert ("HorizontalPodAutoscaler" in objects) == (overlay == "observed")
    labels = objects["Deployment"]["spec"]["template"]["metadata"]["labels"].items()
    for selector in (objects["Service"]["spec"]["selector"],
                     objects["Deployment"]["spec"]["selector"]["matchLabels"],
                     objects["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
                     objects["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"]):
        assert selector and selector.items() <= labels
    assert pod.get("runtimeClassName") == ("gvisor" if overlay == "gvisor" else None)


def test_a_misspelt_field_is_found(tmp_path):
    wrong = built("plain").replace("readOnlyRootFilesystem", "readonlyRootFilesystem")
    with pytest.raises(AssertionError, match="readonlyRootFilesystem"):
        validate(wrong, tmp_path / "wrong.yaml")


def test_pods_have_time_to_end():
    """preStop, the delay and the drain fit into the grace period; each setting exists."""
    settings = f"{DEPLOY}/kubernetes/base/brood.toml"
    values = {one["key"]: one["value"] for one in json.loads(run(
        [preconditions.binary("brood"), "config", "--json", "--config", settings]))}
    delay, drain = (int(values[key]) for key in (
        "gateway.drain_delay_ms", "supervisor.drain_timeout_ms"))
    with open(f"{DEPLOY}/kubernetes/base/deployment.yaml", encoding="utf-8") as file:
        pod = yaml.safe_load(file)["spec"]["template"]["spec"]
    before = int(pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][1])
    probe = pod["containers"][0]["readinessProbe"]
    assert delay >= 1000 * probe["periodSeconds"] * probe["failureThreshold"] * 2
    assert before + (delay + drain) / 1000 + 10 <= pod["terminationGracePeriodSeconds"]


def test_the_agent_sandbox_has_the_deployments_container():
    with open(f"{DEPLOY}/kubernetes/agent-sandbox/sandbox.yaml", encoding="utf-8") as file:
        template = next(yaml.safe_load_all(file))["spec"]["podTemplate"]["spec"]
    pod = next(one for one in yaml.safe_load_all(built("gvisor"))
               if one["kind"] == "Deployment")["spec"]["template"]["spec"]
    assert template["securityContext"] == pod["securityContext"]
    assert template["containers"][0]["securityContext"] == pod["containers"][0]["securityContext"]


def test_the_workflows_are_clean():
    workflows = glob.glob(f"{SOURCES}/.github/workflows/*.yml")
    assert len(workflows) == 4
    run([tool("actionlint"), *workflows])
    run([tool("zizmor"), "--offline", "--quiet", *workflows])
    with open(f"{SOURCES}/.github/workflows/image.yml", encoding="utf-8") as file:
        triggers = yaml.safe_load(file)[True]
    assert set(triggers["workflow_dispatch"]["inputs"]) == {"image", "push"}
    assert triggers["push"]["branches"] == ["main", "develop"] and triggers["push"]["tags"]


def test_an_unpinned_action_is_found(tmp_path):
    with open(f"{SOURCES}/.github/workflows/image.yml", encoding="utf-8") as file:
        loose = re.sub(r"(actions/checkout)@\w+", r"\1@v4", file.read())
    path = tmp_path / ".github" / "workflows" / "image.yml"
    path.parent.mkdir(parents=True)
    path.write_text(loose, "utf-8")
    done = subprocess.run([tool("zizmor"), "--offline", "--quiet", str(path)], check=False,
                          capture_output=True, text=True)
    assert done.returncode != 0 and "unpinned-uses" in done.stdout, done


def test_the_dockerfile_is_clean():
    run([tool("hadolint"), f"{DEPLOY}/image/Dockerfile"])


def test_the_alerts_fire():
    run([tool("promtool"), "check", "rules", f"{DEPLOY}/monitoring/alerts.yaml"])
    run([tool("promtool"), "test", "rules", f"{DEPLOY}/monitoring/alerts_test.yaml"])


def test_every_alert_has_its_runbook():
    with open(f"{DEPLOY}/monitoring/alerts.yaml", encoding="utf-8") as file:
        rules = yaml.safe_load(file)["groups"][0]["rules"]
    with open(f"{SOURCES}/docs/operating/troubleshooting.md", encoding="utf-8") as file:
        headings = {re.sub(r"[^a-z0-9_ -]", "", line[3:].strip().lower()).replace(" ", "-")
                    for line in file if line.startswith("## ")}
    for rule in rules:
        document, anchor = rule["annotations"]["runbook"].split("#")
        assert document == "docs/operating/troubleshooting.md" and anchor in headings, rule


@pytest.fixture(scope="module")
def families(system):
    """Names of what /metrics has once a job has run and another has been refused."""
    system.client.execute("print(1)")
    system.client.post("/v1/execute", {"language": "cobol", "code": ""})
    text = system.client.get("/metrics").body.decode()
    return dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))


@pytest.mark.parametrize("path", ["monitoring/alerts.yaml", "monitoring/grafana-dashboard.json",
                                  "monitoring/prometheus-adapter.yaml",
                                  "kubernetes/components/autoscaling/autoscaler.yaml"])
def test_only_metrics_that_exist_are_named(families, path):
    with open(f"{DEPLOY}/{path}", encoding="utf-8") as file:
        names = set(re.findall(r"\bbrood_[a-z_]+", file.read()))
    # The adapter's own, which it makes of brood_pool_starts_total.
    names -= {"brood_pool_miss_ratio"}
    assert names
    for name in names:
        family = re.sub(r"_(bucket|sum|count)$", "", name) if name not in families else name
        assert family in families, f"{path}: {name}"
        assert (family == name) or families[family] == "histogram", name


def test_the_unit_is_hardened():
    unit = f"{DEPLOY}/package/brood.service"
    said = run(["systemd-analyze", "security", "--offline=yes", "--threshold=40", unit])
    assert "Overall exposure level" in said, said


def test_the_manual_page_is_well_formed():
    done = subprocess.run(["groff", "-man", "-ww", "-z", f"{DEPLOY}/package/brood.1"], check=True,
                          capture_output=True)
    assert not done.stderr, done.stderr.decode()


def test_the_documents_name_settings_that_exist(system):
    keys = {one["key"] for one in json.loads(system.brood("config", "--json").stdout)}
    rooms = {key.split(".")[0] for key in keys}
    for path in glob.glob(f"{SOURCES}/docs/operating/*.md"):
        with open(path, encoding="utf-8") as file:
            named = re.findall(r"`([a-z_]+(?:\.[a-z_]+)+)`", file.read())
        for name in named:
            if name.split(".")[0] in rooms and not name.endswith((".toml", ".service")):
                # A limit has a default and a maximum.
                assert any(key == name or key.startswith(f"{name}.") for key in keys), \
                    f"{os.path.basename(path)}: {name}"

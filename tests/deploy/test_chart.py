"""The Helm chart: valid in each variant, the same objects as kustomize's, and strict about values."""

import json
import os
import subprocess

import pytest
import yaml

from podman import SOURCES, run
from test_files import built, installed_tools, validate  # noqa: F401 (one is a fixture)

CHART = f"{SOURCES}/deploy/helm/brood"
HELM = os.environ.get("BROOD_HELM", "helm")


def rendered(*flags):
    return run([HELM, "template", "brood", CHART, "--namespace", "brood", *flags])


def test_the_chart_is_clean():
    run([HELM, "lint", "--strict", CHART])


@pytest.mark.parametrize("flags", [
    [], ["--set", "isolation=gvisor"], ["--set", "isolation=user"],
    ["--set", "autoscaling.enabled=true,serviceMonitor.enabled=true,preStopSeconds=0"],
    ["--set", "networkPolicy.enabled=false,disruptionBudget.enabled=false"]])
def test_each_variant_is_valid(flags, tmp_path):
    validate(rendered(*flags), tmp_path / "objects.yaml")


@pytest.mark.parametrize("flags, said", [
    (["--set", "replica=3"], "replica"), (["--set", "isolation=none"], "isolation"),
    (["--set", "image.tga=x"], "tga"), (["--set", "preStopSeconds=-1"], "preStopSeconds")])
def test_wrong_values_are_refused(flags, said):
    done = subprocess.run([HELM, "template", "brood", CHART, *flags], check=False,
                          capture_output=True, text=True)
    assert done.returncode != 0 and said in done.stderr, done


@pytest.mark.parametrize("isolation", ["plain", "gvisor", "user"])
def test_chart_and_overlay_give_the_same_pod(isolation):
    def pod(text):
        spec = next(one for one in yaml.safe_load_all(text)
                    if one and one["kind"] == "Deployment")["spec"]["template"]["spec"]
        for volume in spec["volumes"]:
            # Kustomize adds a digest to the name.
            volume.pop("configMap", None)
        for constraint in spec["topologySpreadConstraints"]:
            # The chart's also have the release's name.
            del constraint["labelSelector"]
        return json.dumps(spec, indent=1, sort_keys=True)
    assert pod(rendered("--set", f"isolation={isolation}")) == pod(built(isolation))


def test_chart_and_overlay_let_the_same_clients_in():
    def clients(text):
        return next(one for one in yaml.safe_load_all(text)
                    if one and one["kind"] == "NetworkPolicy")["spec"]["ingress"]
    assert clients(rendered()) == clients(built("plain"))
    assert clients(rendered())[0]["from"][0] == {"podSelector": {"matchLabels": {"brood-client": "true"}}}


def test_chart_and_overlay_have_the_same_settings():
    with open(f"{SOURCES}/deploy/kubernetes/base/brood.toml", encoding="utf-8") as file:
        base = [line.rstrip() for line in file if line.strip() and not line.startswith("#")]
    with open(f"{CHART}/values.yaml", encoding="utf-8") as file:
        chart = [line for line in yaml.safe_load(file)["settings"].splitlines() if line.strip()]
    assert chart == base

"""The manifest for Kubernetes, held against the restricted profile and the program."""

from pathlib import Path
from typing import Any

import yaml

from bot.config import load

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "deploy" / "kubernetes.yaml").read_text(encoding="utf-8")
OBJECTS: dict[str, Any] = {one["kind"]: one for one in yaml.safe_load_all(TEXT)}
POD = OBJECTS["Deployment"]["spec"]["template"]["spec"]
(CONTAINER,) = POD["containers"]

RESTRICTED_VOLUMES = {
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim",
    "projected", "secret",
}  # fmt: skip


def test_the_pod_keeps_to_the_restricted_profile() -> None:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""
    labels = OBJECTS["Namespace"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert not POD.keys() & {"hostNetwork", "hostPID", "hostIPC", "initContainers"}
    assert POD["securityContext"]["runAsNonRoot"] is True
    assert POD["securityContext"]["runAsUser"] > 0
    assert POD["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert all(volume.keys() - {"name"} <= RESTRICTED_VOLUMES for volume in POD["volumes"])
    own = CONTAINER["securityContext"]
    assert own == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert not any("hostPort" in port for port in CONTAINER["ports"])
    assert POD["automountServiceAccountToken"] is False


def test_never_do_two_bots_have_the_file() -> None:
    deployment = OBJECTS["Deployment"]["spec"]
    assert (deployment["replicas"], deployment["strategy"]) == (1, {"type": "Recreate"})
    assert OBJECTS["PersistentVolumeClaim"]["spec"]["accessModes"] == ["ReadWriteOnce"]


def test_what_is_named_is_there() -> None:
    named = {one["metadata"].get("namespace") for one in OBJECTS.values()}
    assert named == {None, OBJECTS["Namespace"]["metadata"]["name"]}
    mounted = {mount["name"]: mount["mountPath"] for mount in CONTAINER["volumeMounts"]}
    assert {volume["name"] for volume in POD["volumes"]} == mounted.keys()
    labels = OBJECTS["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert OBJECTS["Deployment"]["spec"]["selector"]["matchLabels"] == labels
    assert OBJECTS["Service"]["spec"]["selector"] == labels
    by_name = {volume["name"]: volume for volume in POD["volumes"]}
    claim = by_name["data"]["persistentVolumeClaim"]["claimName"]
    assert claim == OBJECTS["PersistentVolumeClaim"]["metadata"]["name"]
    assert by_name["config"]["configMap"]["name"] == OBJECTS["ConfigMap"]["metadata"]["name"]


def test_the_program_understands_it() -> None:
    environ = {one["name"]: one.get("value") for one in CONTAINER["env"]}
    assert environ.pop("HERALD_TELEGRAM_TOKEN") is None  # a secret
    mounted = {mount["mountPath"]: mount["name"] for mount in CONTAINER["volumeMounts"]}
    config = Path(environ.pop("HERALD_CONFIG"))
    assert mounted[str(config.parent)] == "config"
    assert config.name in OBJECTS["ConfigMap"]["data"]
    (port,) = CONTAINER["ports"]
    address = load(None, environ).web.listen.address()
    assert address == ("0.0.0.0", port["containerPort"])
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert CONTAINER[probe]["httpGet"]["port"] == port["name"]
        expected = "/readyz" if probe == "readinessProbe" else "/healthz"
        assert CONTAINER[probe]["httpGet"]["path"] == expected


def test_its_user_and_folder_are_those_of_the_image() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    user, group = (POD["securityContext"][name] for name in ("runAsUser", "fsGroup"))
    assert f"USER {user}:{group}\n" in dockerfile
    paths = {mount["name"]: mount["mountPath"] for mount in CONTAINER["volumeMounts"]}
    assert f'VOLUME ["{paths["data"]}"]' in dockerfile

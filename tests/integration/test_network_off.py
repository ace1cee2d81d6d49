"""Where sandboxes have no network namespace, jobs have no network: run with BROOD_TIER=process."""


def test_what_is_configured_and_cannot_be_had_is_named(start_system):
    system = start_system({"egress": {"enabled": "on", "allow": ["pypi"]}})
    assert system.tier == "process"
    client = system.client
    reply = client.execute("print(1)")
    assert reply.status == "ok" and "egress" not in reply
    response = client.post("/v1/execute", {"language": "python", "code": "", "network": True})
    assert (response.status, response.json.error.code) == (400, "network_unavailable")
    assert "tier process" in response.json.error.message
    health = client.get("/health").json
    assert health.egress.enabled is False and "tier process" in health.egress.reason
    doctor = system.brood("doctor").stdout.decode()
    assert "jobs have none" in doctor and "tier process" in doctor
    assert "jobs have no network" in system.log()

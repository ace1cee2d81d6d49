"""A session of a running Brood, over HTTP."""

import json
import textwrap


class SessionOverHttp:
    """One session of the system, and what is asked of it."""

    def __init__(self, client, **wish):
        self.client = client
        opened = self.ask("POST", "/v1/sessions", {"language": "python"} | wish)
        assert opened.status == 201, opened
        self.info = opened.json
        self.path = "/v1/sessions/" + self.info.id
        assert opened.headers["Location"] == self.path

    def ask(self, method, path, body=None, headers=None):
        text = None if body is None else json.dumps(body)
        return self.client.request(method, path, text,
                                   {"Content-Type": "application/json"} | (headers or {}))

    def cell(self, code, **more):
        answer = self.ask("POST", self.path + "/execute", {"code": textwrap.dedent(code), **more})
        assert answer.status == 200, answer
        return answer.json

    def stream(self, path, body=None, method="POST"):
        return self.client.events(method, self.path + path, body)

    def context(self, language="python"):
        listed = self.ask("GET", self.path + "/contexts").json["contexts"]
        return next(each for each in listed if each["language"] == language and each["is_default"])

    def close(self):
        return self.ask("DELETE", self.path)

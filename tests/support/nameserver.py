"""A name server of the tests' own: answers what they say, and notes what it was asked."""

import ipaddress
import struct
import threading

A, CNAME, AAAA = 1, 5, 28


def _encoded(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def _question(packet):
    labels, position = [], 12
    while packet[position]:
        labels.append(packet[position + 1:position + 1 + packet[position]].decode("latin-1"))
        position += 1 + packet[position]
    kind = struct.unpack(">H", packet[position + 1:position + 3])[0]
    return ".".join(labels).lower(), kind, packet[12:position + 5]


def _record(name, kind, data):
    return _encoded(name) + struct.pack(">HHIH", kind, 1, 1, len(data)) + data


class NameServer:
    """Names are those of `answers`: a list of addresses and, at most, one "-> alias", or a function
    that makes one each time it is asked. Others do not exist."""

    def __init__(self, sock):
        self.answers = {}
        self.asked = []
        # Names that it keeps silent about.
        self.silent = set()
        self._socket = sock
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._socket.close()

    def _serve(self):
        while True:
            try:
                packet, client = self._socket.recvfrom(4096)
            except OSError:
                return
            name, kind, question = _question(packet)
            self.asked.append((name, kind))
            if name not in self.silent:
                self._socket.sendto(self._answer(packet, name, kind, question), client)

    def _answer(self, packet, name, kind, question):
        records, known = [], name in self.answers
        self._add_records(records, name, kind)
        flags = 0x8180 | (0 if known else 3)
        head = packet[:2] + struct.pack(">HHHHH", flags, 1, len(records), 0, 0)
        return head + question + b"".join(records)

    def _add_records(self, records, name, kind):
        answers = self.answers.get(name, [])
        for answer in answers(kind) if callable(answers) else answers:
            if answer.startswith("-> "):
                records.append(_record(name, CNAME, _encoded(answer[3:])))
                self._add_records(records, answer[3:], kind)
                continue
            address = ipaddress.ip_address(answer)
            if kind == (A if address.version == 4 else AAAA):
                records.append(_record(name, kind, address.packed))

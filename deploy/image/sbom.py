"""Prints what this system consists of as SPDX 2.3: Debian's packages, and what Brood contains of others."""

import datetime
import hashlib
import json
import pathlib
import re
import subprocess

# Written by the build: "name version" of each library that is linked into Brood's programs.
LINKED = pathlib.Path("/usr/share/doc/brood/linked-libraries.txt")
FIELDS = "${Package}\t${Version}\t${Architecture}\t${source:Package}\t${Homepage}\n"


def packages():
    asked = subprocess.run(["dpkg-query", "-W", "-f", FIELDS], check=True, capture_output=True, text=True)
    for line in asked.stdout.splitlines():
        name, version, architecture, source, homepage = line.split("\t")
        yield package(name, version, architecture, homepage,
                      f"Debian's package, made from the source package {source}")
    for line in LINKED.read_text("utf-8").splitlines():
        name, version, architecture = line.split(" ")
        if version:  # What is known and not installed has none.
            yield package(name, version, architecture, "", "linked into Brood's programs", "linked")


def package(name, version, architecture, homepage, comment, kind="deb"):
    ident = re.sub(r"[^A-Za-z0-9.-]", "-", f"SPDXRef-{kind}-{name}-{architecture}")
    return {
        "SPDXID": ident, "name": name, "versionInfo": version, "comment": comment,
        "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
        "homepage": homepage or "NOASSERTION",
        "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION", "supplier": "Organization: Debian",
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
            "referenceLocator": f"pkg:deb/debian/{name}@{version.replace('+', '%2B')}?arch={architecture}"}]}


def document():
    found = list(packages())
    digest = hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": "brood-image", "documentNamespace": f"https://spdx.org/spdxdocs/brood-{digest}",
        "creationInfo": {"created": now, "creators": ["Tool: brood-sbom"]},
        "packages": found,
        "relationships": [{
            "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
            "relatedSpdxElement": one["SPDXID"]} for one in found]}


print(json.dumps(document(), indent=1))

"""Examples of documents: programs whose comments announce what they print."""

import os
import re

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PRINTS = {"python": re.compile(r"print\(.*\)  # (.+)$", re.MULTILINE),
          "typescript": re.compile(r"console\.log\(.*\); // (.+)$", re.MULTILINE)}


def examples(document, language):
    """Each program of the document in this language, with the words that it shall print."""
    with open(os.path.join(ROOT, document), encoding="utf-8") as file:
        text = file.read()
    programs = re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [(program, " ".join(PRINTS[language].findall(program)).split())
            for program in programs]


def parameters(*documents_and_language):
    *documents, language = documents_and_language
    found = [(document, number, *example) for document in documents
             for number, example in enumerate(examples(document, language))]
    assert found, documents
    return {"argvalues": [(program, words) for _, _, program, words in found],
            "ids": [f"{document}:{number}" for document, number, _, _ in found]}

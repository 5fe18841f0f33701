"""The documents of `--format json`, held against docs/schemas."""

import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:  # Debian's package, for an interpreter that is not Debian's.
    sys.path.append("/usr/lib/python3/dist-packages")
    import jsonschema

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "schemas"


def closed(schema):
    """The schema without room for keys that it does not name: what is printed is described."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: closed(value) for key, value in schema.items()}
    if "properties" in copy:
        copy["additionalProperties"] = False
    return copy


def load(kind):
    return closed(json.loads((SCHEMAS / f"{kind}.json").read_text()))


def validate(value, kind):
    """Fails if the value is not as the schema says, to the last key."""
    jsonschema.validate(value, load(kind))


def has_null(value):
    if isinstance(value, dict):
        return any(map(has_null, value.values()))
    if isinstance(value, list):
        return any(map(has_null, value))
    return value is None


def check(text):
    """The one document that the text is. Fails if it is not as the schema of its kind says."""
    document = json.loads(text)  # "Extra data" if there are two.
    assert text.endswith("\n") and text.count("\n") == 1, text
    assert document["format"] == 1, text
    assert not has_null(document), text
    validate(document, document["kind"])
    return document

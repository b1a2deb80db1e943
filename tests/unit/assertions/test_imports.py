"""What importing the language costs: no library for JSONPath or JSON Schema until a line needs it."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from workbench.model.assertions import Subject, capture, check_syntax, evaluate
from workbench.model.exchange import ServiceResponse
heavy = {"jsonpath_rfc9535", "regex", "jsonschema", "referencing", "httpx", "textual", "aiohttp"}
def loaded():
    return ",".join(sorted(heavy & set(sys.modules)))
print(loaded())
one = Subject(ServiceResponse(platform_status=200, status=200, body=b'{"a": {"b": [1, 2]}}'), 0.1, {})
for line in ("status == 200", "$.a.b[0] == 1", "$['a']['b'] | count == 2", "duration < 500ms", 'header "x" not exists'):
    assert evaluate(line, one).ok, line
    assert check_syntax(line, kind="assertion") is None
assert capture("$.a.b[1]", one) == (True, 2, "")
print(loaded())
assert evaluate("$..b[*] | count == 2", one).ok
print(loaded())
assert evaluate('$.a matchesSchema "x"', one, schema_loader=lambda name: True).ok
print(loaded())
"""


def test_libraries_are_loaded_by_the_lines_that_need_them() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=120)
    at_import, after_plain_lines, after_a_path, after_a_schema = done.stdout.splitlines()
    assert at_import == ""
    assert after_plain_lines == ""
    assert after_a_path == "jsonpath_rfc9535,regex"
    assert after_a_schema == "jsonpath_rfc9535,jsonschema,referencing,regex"

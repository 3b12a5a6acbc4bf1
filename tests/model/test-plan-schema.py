# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the published schema and the validator against each other over the table of plans."""

import json
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("1..0 # SKIP python3-jsonschema is not installed")
    sys.exit(0)

schema_path, table_path, list_findings = sys.argv[1:4]
with open(schema_path, encoding="utf-8") as file:
    schema = json.load(file)
with open(table_path, encoding="utf-8") as file:
    table = json.load(file)

jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
listing = subprocess.run([list_findings, table_path], check=True, capture_output=True, text=True).stdout
errors = {name: int(count) for name, count in (line.split("\t") for line in listing.splitlines())}

failed = False
print(f"1..{len(table)}")
for number, case in enumerate(table, 1):
    name = case["name"]
    rejected = not validator.is_valid(case["plan"])
    agreed = rejected == case["structural"] and (not rejected or errors[name] > 0)
    failed |= not agreed
    print(f"{'ok' if agreed else 'not ok'} {number} {name}: the schema "
          f"{'refuses' if rejected else 'accepts'}, the validator finds {errors[name]} errors")
sys.exit(failed)

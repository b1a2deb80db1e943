"""`make campaign`: every row in full, each with its count and its failures. Names of rows as arguments choose some."""

import os
import shutil
import sys
import time
from random import Random

from tests.campaign.row import TOO_MANY, rows

seed = int(os.environ.get("CAMPAIGN_SEED", "1"))
wanted = sys.argv[1:]
wrong = 0
print(f"seed {seed} (CAMPAIGN_SEED=… for another)\n{'tried':<64}{'count':>9}{'failures':>10}{'time':>9}  note")
if wanted and not any(word in row.name for row in rows() for word in wanted):
    sys.exit(f"no row has {' or '.join(wanted)} in its name; there are: {', '.join(row.name for row in rows())}")
for row in rows():
    if wanted and not any(word in row.name for word in wanted):
        continue
    if row.needs and shutil.which(row.needs) is None:
        print(f"{row.name:<64}{'–':>9}{'–':>10}{'–':>9}  not run: {row.needs} is not installed")
        continue
    began = time.monotonic()
    outcome = row.run(row.full, Random(seed))  # noqa: S311 - repeatable chance, not a secret
    wrong += len(outcome.failures)
    took = f"{time.monotonic() - began:.1f} s"
    print(f"{row.name:<64}{outcome.count:>9,}{len(outcome.failures):>10}{took:>9}  {outcome.note}", flush=True)
    for failure in outcome.failures[:TOO_MANY]:
        print(f"    {failure}", flush=True)
sys.exit(1 if wrong else 0)

"""The examples at the end of each command's help. Every flag in them exists: a contract test looks."""

from __future__ import annotations

EXAMPLES = {
    "run": (
        "cyberun-tui run collections/shop.toml",
        "cyberun-tui run collections --tag smoke --jobs 8 --report junit=junit.xml",
        "cyberun-tui run shop.toml -e staging --var user=ada --data rows.csv",
        "cyberun-tui run shop.toml --format json | jq .totals",
        "cyberun-tui run shop.toml --failed",
    ),
    "report": ("cyberun-tui report merge shard-1.json shard-2.json",),
    "send": (
        "cyberun-tui send collections/shop.toml#login",
        'cyberun-tui send echo POST /anything --json \'{"hello": "world"}\'',
        "cyberun-tui send images GET /plasma.png -o plasma.png",
        "cyberun-tui send shop GET /items -i --check-status",
    ),
    "list": ("cyberun-tui list collections", "cyberun-tui list shop.toml --json | jq -r '.[].id'"),
    "check": ("cyberun-tui check collections", "cyberun-tui check shop.toml --json"),
    "teams": ("cyberun-tui teams", "cyberun-tui teams --json"),
    "services": (
        "cyberun-tui services --team Alpha",
        "cyberun-tui services llm",
        "cyberun-tui services --json | jq -r '.[] | select(.state == \"running\").slug'",
    ),
    "curl": (
        "cyberun-tui curl collections/shop.toml#login",
        "cyberun-tui curl collections/echo.toml#anything --route proxy | sh",
    ),
    "import": (
        "cyberun-tui import curl commands.sh --service users -o users.toml",
        "cyberun-tui import openapi openapi.yaml --service shop -o shop.toml",
    ),
    "import curl": (
        "cyberun-tui import curl \"curl https://a.example/users -H 'accept: text/csv'\" --service users -o users.toml",
        "xclip -o | cyberun-tui import curl - --service users -o users.toml",
    ),
    "import openapi": (
        "cyberun-tui import openapi openapi.yaml --service shop -o shop.toml",
        "cyberun-tui import openapi /openapi.json --service echo -o echo.toml",
    ),
    "import har": ("cyberun-tui import har session.har --service shop -o session.toml",),
    "import postman": ("cyberun-tui import postman shop.postman_collection.json --service shop -o shop.toml",),
    "history": (
        "cyberun-tui history list --status 5xx --since 2h",
        "cyberun-tui history show 3fa9c1d2e0",
        "cyberun-tui history replay 3fa9c1d2e0 --service other",
    ),
    "login": ("cyberun-tui login --profile work", "cyberun-tui login --key --store file < key.txt"),
    "logout": ("cyberun-tui logout --profile work",),
    "whoami": ("cyberun-tui whoami", "cyberun-tui whoami --json"),
    "config": ("cyberun-tui config show", "cyberun-tui config path"),
    "load": (
        "cyberun-tui load shop.toml --users 20 --duration 1m",
        "cyberun-tui load shop.toml --rate 200/s --threshold 'p95 < 300ms' --threshold 'errors < 1%'",
        "cyberun-tui load shop.toml --only list-items --format json | jq .latency_ms",
    ),
    "gateway": (
        "cyberun-tui gateway",
        "cyberun-tui gateway --port 0 --map api=http://127.0.0.1:8000",
    ),
    "demo": ("cyberun-tui demo",),
    "open": ("cyberun-tui", "cyberun-tui collections/shop.toml -e staging"),
}
"""For each command, its examples, one line each."""


def epilog(command: str) -> str | None:
    """The end of a command's help, which click does not wrap; None where there are no examples."""
    lines = EXAMPLES.get(command)
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines) if lines else None

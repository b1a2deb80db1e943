"""The sample services as the catalogue shows them: which team has which, in which state, and how to call it."""

from __future__ import annotations

from workbench.gateway.config import EnvEntry, ServiceSpec

DEPLOYING_SECONDS = 20
"""How long `trainer` is deploying after the gateway's start."""


def _env(**values: str) -> tuple[EnvEntry, ...]:
    return tuple(EnvEntry(env_name=name, env_value=value) for name, value in values.items())


_ECHO = ServiceSpec(
    service_slug="echo",
    sample="echo",
    teams=("Alpha",),
    display_name="Echo",
    service_desc="Says what it got, and answers in every way a client has to cope with.",
    docker_image="registry.example.com/demo/echo:1.4",
    exposed_port=8080,
    health_path="/health",
    openapi_url="/openapi.json",
    replica_count=1,
    gpu_count=0,
    usage_prompt=(
        "Send any method to /anything to see what arrives. /status/{code} answers with that status, /delay/{seconds} "
        "takes its time, /json/{bytes} is as large as you like, /sse/{n} streams events (through the proxy)."
    ),
    env_config=_env(LOG_LEVEL="info", ECHO_TOKEN="demo-not-a-secret-echo-7f3a"),  # noqa: S106 - marked as a demo
)
_LLM = ServiceSpec(
    service_slug="llm",
    sample="llm",
    display_name="Demo LLM",
    service_desc="An OpenAI-compatible chat model, served as vLLM does.",
    docker_image="vllm/vllm-openai:v0.11.0",
    exposed_port=8000,
    health_path="/health",
    openapi_url="/openapi.json",
    replica_count=1,
    gpu_count=1,
    usage_prompt=(
        "OpenAI-compatible. POST /v1/chat/completions with "
        '{"model": "demo-small", "messages": [{"role": "user", "content": "Hello"}]}; "stream": true needs the proxy. '
        "GET /v1/models lists the models."
    ),
    env_config=_env(MODEL="demo-small", HF_TOKEN="hf_demo_not_a_secret_0000"),  # noqa: S106 - marked as a demo
    volume_config=({"name": "models", "mount_path": "/models"},),
    required_labels=("gpu",),
)
_IMAGES = ServiceSpec(
    service_slug="images",
    sample="images",
    teams=("Alpha",),
    display_name="Images",
    service_desc="Draws pictures.",
    docker_image="registry.example.com/demo/images:0.9",
    exposed_port=5000,
    health_path="/health",
    replica_count=2,
    gpu_count=0,
    usage_prompt="GET /plasma.png?w=256&h=256&seed=7 is a PNG, GET /badge.svg?label=demo&value=ok an SVG.",
)
_SHOP = ServiceSpec(
    service_slug="shop",
    sample="shop",
    teams=("Alpha",),
    display_name="Shop",
    service_desc="A small API with state: log in, order, wait until it is done.",
    docker_image="registry.example.com/demo/shop:2.1",
    exposed_port=8000,
    health_path="/health",
    openapi_url="/openapi.json",
    replica_count=1,
    gpu_count=0,
    usage_prompt=(
        'POST /login with {"user": "ada", "password": "lovelace"} gives a token. Send it as Authorization: Bearer, or '
        "as X-Shop-Token through the proxy, to POST /orders and GET /orders/{id} until its state is done."
    ),
    env_config=_env(DATABASE_URL="postgres://demo:demo-not-a-secret@db.example.com/shop", CURRENCY="EUR"),
)
_REPORTS = ServiceSpec(
    service_slug="reports",
    sample="worker",
    teams=("Alpha",),
    display_name="Reports",
    service_status="stopped",
    service_desc="Nightly reports; stopped until somebody needs them.",
    docker_image="registry.example.com/demo/reports:1.0",
    exposed_port=9000,
    replica_count=0,
    gpu_count=0,
    usage_prompt="POST /jobs with the report's parameters; GET /jobs lists the last ones.",
)
_INDEXER = ServiceSpec(
    service_slug="indexer",
    sample="worker",
    teams=("Alpha",),
    display_name="Indexer",
    service_status="failed",
    service_desc="Builds the search index; failed at its last start.",
    docker_image="registry.example.com/demo/indexer:3.2-rc1",
    exposed_port=9100,
    replica_count=1,
    gpu_count=0,
    usage_prompt="POST /jobs with a list of documents.",
    env_config=_env(INDEX_KEY="demo-not-a-secret-index-key"),
)
_TRAINER = ServiceSpec(
    service_slug="trainer",
    sample="worker",
    teams=("Alpha",),
    display_name="Trainer",
    service_status="deploying",
    then="running",
    after=DEPLOYING_SECONDS,
    service_desc="Trains models; takes a while to start.",
    docker_image="registry.example.com/demo/trainer:0.3",
    exposed_port=9200,
    health_path="/health",
    replica_count=1,
    gpu_count=-1,
    usage_prompt="POST /jobs with the training parameters, once it is running.",
    required_labels=("gpu", "large"),
)
_MIRROR = ServiceSpec(
    service_slug="mirror",
    sample="echo",
    teams=("Beta",),
    display_name="Mirror",
    service_desc="The same container as Alpha's echo, under another name.",
    docker_image="registry.example.com/demo/echo:1.5-beta",
    exposed_port=8080,
    health_path="/health",
    openapi_url="/openapi.json",
    replica_count=1,
    gpu_count=0,
    usage_prompt="As echo: send any method to /anything to see what arrives.",
)

SAMPLE_SERVICES = (_ECHO, _LLM, _IMAGES, _SHOP, _REPORTS, _INDEXER, _TRAINER, _MIRROR)
"""Every sample service; `llm` is in all teams."""

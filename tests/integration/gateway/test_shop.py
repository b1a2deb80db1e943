"""The sample service `shop`: chains of requests with state."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from workbench.gateway.config import Switches

if TYPE_CHECKING:
    from tests.integration.gateway.client import Client, Invoked
    from tests.integration.gateway.conftest import Connect


class Shop:
    """Calls to the shop, with a token in one of its two headers."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.headers: dict[str, str] = {}

    async def send(self, method: str, path: str, document: object = None) -> Invoked:
        body = b"" if document is None else json.dumps(document).encode()
        return await self.client.invoke("shop", method, path, body=body, headers=self.headers)

    async def log_in(self, user: str = "ada", password: str = "lovelace", header: str = "Authorization") -> None:
        token = (await self.send("POST", "/login", {"user": user, "password": password})).container_json["token"]
        self.headers = {"X-Shop-Token": token} if header == "X-Shop-Token" else {header: f"Bearer {token}"}


@pytest.fixture
def shop(client: Client) -> Shop:
    return Shop(client)


@pytest.mark.parametrize("header", ["Authorization", "authorization", "X-Shop-Token"])
async def test_an_order_goes_from_pending_to_done(shop: Shop, header: str) -> None:
    await shop.log_in(header=header)
    made = await shop.send("POST", "/orders", {"item_id": 7, "quantity": 2})
    assert made.container_status == 201
    order = made.container_json
    assert made.container_headers["location"] == f"/orders/{order['id']}"
    assert order == {"id": 1001, "item_id": 7, "quantity": 2, "total": 26.5, "state": "pending"}
    states = [(await shop.send("GET", "/orders/1001")).container_json["state"] for _ in range(4)]
    assert states == ["pending", "pending", "done", "done"]
    assert [found["id"] for found in (await shop.send("GET", "/orders")).container_json["orders"]] == [1001]
    assert (await shop.send("DELETE", "/orders/1001")).container_status == 204
    assert (await shop.send("DELETE", "/orders/1001")).container_status == 404
    assert (await shop.send("POST", "/logout")).container_status == 204
    assert (await shop.send("GET", "/orders")).container_status == 401


async def test_the_token_arrives_even_where_authorization_is_taken(connect: Connect) -> None:
    stripped = Shop(await connect(switches=Switches(strip_inner_authorization=True)))
    await stripped.log_in()
    assert (await stripped.send("GET", "/orders")).container_status == 401
    await stripped.log_in(header="X-Shop-Token")
    assert (await stripped.send("GET", "/orders")).container_status == 200
    answer = await stripped.client.call("GET", "/r/containers/shop/orders", headers=stripped.headers)
    assert (answer.status, answer.json()) == (200, {"orders": []})


async def test_items_come_in_pages_and_by_filter(shop: Shop) -> None:
    first = (await shop.send("GET", "/items")).container_json
    assert (first["page"], first["per_page"], first["total"], len(first["items"])) == (1, 10, 30, 10)
    last = (await shop.send("GET", "/items?page=4&per_page=9")).container_json
    assert [item["id"] for item in last["items"]] == [28, 29, 30]
    lamps = (await shop.send("GET", "/items?q=LAMP&in_stock=true&max_price=20")).container_json["items"]
    assert lamps
    assert all("lamp" in item["name"] and item["stock"] and item["price"] <= 20 for item in lamps)
    assert (await shop.send("GET", "/items/7")).container_json == {
        "id": 7,
        "name": "blue lamp",
        "price": 13.25,
        "stock": 21,
    }


@pytest.mark.parametrize(
    ("method", "path", "document", "status"),
    [
        ("POST", "/login", {"user": "ada", "password": "wrong"}, 401),
        ("POST", "/login", {"user": "ada"}, 422),
        ("POST", "/login", {"user": "ada", "password": 5}, 422),
        ("POST", "/login", ["ada"], 422),
        ("GET", "/items/99", None, 404),
        ("GET", "/items/x", None, 422),
        ("GET", "/items?page=0", None, 422),
        ("GET", "/items?per_page=101", None, 422),
        ("GET", "/items?max_price=free", None, 422),
        ("POST", "/orders", {"item_id": 99}, 404),
        ("POST", "/orders", {"item_id": "7"}, 422),
        ("POST", "/orders", {"item_id": 7, "quantity": 0}, 422),
        ("POST", "/orders", {"item_id": 7, "quantity": True}, 422),
        ("POST", "/orders", {}, 422),
        ("POST", "/orders", {"item_id": 7, "quantity": 22}, 409),
        ("POST", "/orders", {"item_id": 10}, 409),
        ("GET", "/orders/5", None, 404),
        ("GET", "/orders/x", None, 422),
        ("PUT", "/orders/5", {}, 405),
    ],
)
async def test_what_is_refused(shop: Shop, method: str, path: str, document: Any, status: int) -> None:
    if not path.startswith("/login"):
        await shop.log_in()
    answer = await shop.send(method, path, document)
    assert answer.container_status == status
    assert answer.container_json["detail"]


async def test_a_body_that_is_no_json_is_400(shop: Shop) -> None:
    answer = await shop.client.invoke("shop", "POST", "/login", body=b"{")
    assert answer.container_status == 400


@pytest.mark.parametrize(("method", "path"), [("GET", "/orders"), ("POST", "/orders"), ("POST", "/logout")])
async def test_orders_need_a_token(shop: Shop, method: str, path: str) -> None:
    answer = await shop.send(method, path)
    assert (answer.container_status, answer.container_headers["www-authenticate"]) == (401, "Bearer")


async def test_users_see_their_own_orders_only(client: Client) -> None:
    ada, grace = Shop(client), Shop(client)
    await ada.log_in()
    await grace.log_in("grace", "hopper")
    number = (await ada.send("POST", "/orders", {"item_id": 1})).container_json["id"]
    assert (await grace.send("GET", f"/orders/{number}")).container_status == 404
    assert (await grace.send("GET", "/orders")).container_json == {"orders": []}

"""The sample service `shop`: a small API with state, for chains of requests: log in, order, wait, cancel, log out.

Its token is accepted as `Authorization: Bearer`, and as `X-Shop-Token` for platforms that keep `Authorization` to
themselves (the proxy route does).
"""

from __future__ import annotations

import itertools
import secrets
from collections import OrderedDict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.gateway.services.app import App, Call, Problem, empty_response, json_response
from workbench.gateway.services.shop_openapi import DOCUMENT

if TYPE_CHECKING:
    from workbench.gateway.container import ContainerResponse

USERS = {"ada": "lovelace", "grace": "hopper"}
"""Who can log in, with which password."""

READS_UNTIL_DONE = 3
"""The read of an order that finds it done; those before find it pending."""

_KEPT = 1000
_FIRST_ORDER = 1001
_KINDS = ("mug", "lamp", "chair", "notebook", "backpack", "keyboard")
_COLORS = ("red", "green", "blue", "black", "white")


class Item(msgspec.Struct, frozen=True):
    """Something to buy."""

    id: int
    name: str
    price: float
    stock: int


class Order(msgspec.Struct):
    """One order of a user."""

    id: int
    user: str
    item_id: int
    quantity: int
    total: float
    reads: int = 0

    def document(self) -> dict[str, Any]:
        """As the API shows it."""
        state = "done" if self.reads >= READS_UNTIL_DONE else "pending"
        total = round(self.total, 2)
        return {"id": self.id, "item_id": self.item_id, "quantity": self.quantity, "total": total, "state": state}


ITEMS = {
    number: Item(
        number,
        f"{_COLORS[number % len(_COLORS)]} {_KINDS[number % len(_KINDS)]}",
        round(4.5 + number * 1.25, 2),
        0 if number % 10 == 0 else number * 3,
    )
    for number in range(1, 31)
}
"""Thirty items; every tenth is out of stock."""


def shop() -> App:
    """A new `shop` container."""
    app = App()
    _Shop().add_to(app)
    return app


class _Shop:
    def __init__(self) -> None:
        self._tokens: OrderedDict[str, str] = OrderedDict()
        self._orders: OrderedDict[int, Order] = OrderedDict()
        self._numbers = itertools.count(_FIRST_ORDER)

    def add_to(self, app: App) -> None:
        app.route("GET", "/")(self.root)
        app.route("GET", "/health")(self.health)
        app.route("GET", "/openapi.json")(self.openapi)
        app.route("POST", "/login")(self.login)
        app.route("POST", "/logout")(self.logout)
        app.route("GET", "/items")(self.items)
        app.route("GET", "/items/{id}")(self.item)
        app.route("POST", "/orders")(self.order)
        app.route("GET", "/orders")(self.orders)
        app.route("GET", "/orders/{id}")(self.read_order)
        app.route("DELETE", "/orders/{id}")(self.cancel)

    async def root(self, _: Call) -> ContainerResponse:
        return json_response({"service": "shop", "try": ["/items", "/login", "/orders"]})

    async def health(self, _: Call) -> ContainerResponse:
        return json_response({"status": "ok"})

    async def openapi(self, _: Call) -> ContainerResponse:
        return json_response(DOCUMENT)

    async def login(self, call: Call) -> ContainerResponse:
        body = await call.json()
        user, password = _text(body, "user"), _text(body, "password")
        if USERS.get(user) != password:
            raise Problem(HTTPStatus.UNAUTHORIZED, "wrong user or password")
        token = f"shop-{secrets.token_hex(16)}"
        self._tokens[token] = user
        if len(self._tokens) > _KEPT:
            self._tokens.popitem(last=False)
        return json_response({"token": token, "token_type": "bearer", "user": user})

    async def logout(self, call: Call) -> ContainerResponse:
        self._user(call)
        del self._tokens[_token(call)]
        return empty_response(HTTPStatus.NO_CONTENT)

    async def items(self, call: Call) -> ContainerResponse:
        page = call.whole("page", 1, low=1, high=1_000_000)
        per_page = call.whole("per_page", 10, low=1, high=100)
        most = call.number("max_price", 1_000_000, low=0, high=1_000_000)
        words = call.one("q").lower()
        stocked = call.one("in_stock") == "true"
        found = [
            item for item in ITEMS.values() if words in item.name and item.price <= most and (item.stock or not stocked)
        ]
        start = (page - 1) * per_page
        shown = found[start : start + per_page]
        return json_response({"items": shown, "page": page, "per_page": per_page, "total": len(found)})

    async def item(self, call: Call) -> ContainerResponse:
        return json_response(_item(call.path_whole("id", low=0, high=1 << 31)))

    async def order(self, call: Call) -> ContainerResponse:
        user = self._user(call)
        body = await call.json()
        item = _item(_whole(body, "item_id"))
        quantity = _whole(body, "quantity") if "quantity" in body else 1
        if quantity > item.stock:
            raise Problem(HTTPStatus.CONFLICT, f"only {item.stock} of {item.name!r} in stock")
        order = Order(next(self._numbers), user, item.id, quantity, item.price * quantity)
        self._orders[order.id] = order
        if len(self._orders) > _KEPT:
            self._orders.popitem(last=False)
        return json_response(order.document(), HTTPStatus.CREATED, [("location", f"/orders/{order.id}")])

    async def orders(self, call: Call) -> ContainerResponse:
        user = self._user(call)
        return json_response({"orders": [order.document() for order in self._orders.values() if order.user == user]})

    async def read_order(self, call: Call) -> ContainerResponse:
        order = self._order(call)
        order.reads += 1
        return json_response(order.document())

    async def cancel(self, call: Call) -> ContainerResponse:
        del self._orders[self._order(call).id]
        return empty_response(HTTPStatus.NO_CONTENT)

    def _user(self, call: Call) -> str:
        user = self._tokens.get(_token(call))
        if user is None:
            raise Problem(HTTPStatus.UNAUTHORIZED, "log in first: POST /login", [("www-authenticate", "Bearer")])
        return user

    def _order(self, call: Call) -> Order:
        user = self._user(call)
        order = self._orders.get(call.path_whole("id", low=0, high=1 << 31))
        if order is None or order.user != user:
            raise Problem(HTTPStatus.NOT_FOUND, f"there is no order {call.params['id']}")
        return order


def _token(call: Call) -> str:
    headers = call.request.headers
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else headers.get("x-shop-token", "")


def _item(number: int) -> Item:
    item = ITEMS.get(number)
    if item is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"there is no item {number}")
    return item


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{key}: expected a text")
    return value


def _whole(body: dict[str, Any], key: str) -> int:
    value = body.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{key}: expected a whole number from 1 up")
    return value

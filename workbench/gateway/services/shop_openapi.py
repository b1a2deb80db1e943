"""The OpenAPI document of the sample service `shop`, which it serves at `/openapi.json`."""

from __future__ import annotations

from workbench.gateway.services.openapi_parts import (
    BEARER,
    STRING,
    Document,
    answer,
    content,
    document,
    integer,
    number,
    operation,
    parameter,
    ref,
)

_WHOLE: Document = {"type": "integer"}
_NUMBER: Document = {"type": "number"}
_UNAUTHORIZED = {"401": answer("No token, or a wrong one", ref("Problem"))}
_MISSING = {"404": answer("There is none", ref("Problem"))}
_INVALID = {"422": answer("Something is not as it must be", ref("Problem"))}
_ORDER_ID = parameter("path", "id", _WHOLE, example=1001)

_PATHS: Document = {
    "/login": {
        "post": operation(
            "login",
            "Get a token",
            body=content(ref("Login"), example={"user": "ada", "password": "lovelace"}),
            answers={"200": answer("A token", ref("Token")), **_UNAUTHORIZED, **_INVALID},
        )
    },
    "/logout": {
        "post": operation(
            "logout", "Give the token back", secured=True, answers={"204": answer("Done"), **_UNAUTHORIZED}
        )
    },
    "/items": {
        "get": operation(
            "listItems",
            "What there is",
            parameters=[
                parameter("query", "page", integer(1, 1_000_000, 1)),
                parameter("query", "per_page", integer(1, 100, 10)),
                parameter("query", "q", STRING, example="lamp", description="Part of the name"),
                parameter("query", "max_price", number(0, 1_000_000)),
                parameter("query", "in_stock", {"type": "boolean"}),
            ],
            answers={"200": answer("A page of items", ref("ItemPage")), **_INVALID},
        )
    },
    "/items/{id}": {
        "get": operation(
            "getItem",
            "One item",
            parameters=[parameter("path", "id", _WHOLE, example=7)],
            answers={"200": answer("The item", ref("Item")), **_MISSING, **_INVALID},
        )
    },
    "/orders": {
        "post": operation(
            "createOrder",
            "Order something",
            secured=True,
            body=content(ref("NewOrder"), example={"item_id": 7, "quantity": 2}),
            answers={
                "201": answer("The order, pending", ref("Order")),
                "409": answer("Not enough in stock", ref("Problem")),
                **_UNAUTHORIZED,
                **_MISSING,
                **_INVALID,
            },
        ),
        "get": operation(
            "listOrders",
            "Your orders",
            secured=True,
            answers={"200": answer("Orders", ref("OrderList")), **_UNAUTHORIZED},
        ),
    },
    "/orders/{id}": {
        "get": operation(
            "getOrder",
            "One order: pending at first, done after a few reads",
            secured=True,
            parameters=[_ORDER_ID],
            answers={"200": answer("The order", ref("Order")), **_UNAUTHORIZED, **_MISSING, **_INVALID},
        ),
        "delete": operation(
            "cancelOrder",
            "Cancel an order",
            secured=True,
            parameters=[_ORDER_ID],
            answers={"204": answer("Cancelled"), **_UNAUTHORIZED, **_MISSING, **_INVALID},
        ),
    },
}


def _object(**properties: Document) -> Document:
    return {"type": "object", "required": list(properties), "properties": properties}


_SCHEMAS: Document = {
    "Login": _object(user=STRING, password=STRING),
    "Token": _object(token=STRING, token_type=STRING, user=STRING),
    "Item": _object(id=_WHOLE, name=STRING, price=_NUMBER, stock=_WHOLE),
    "ItemPage": _object(items={"type": "array", "items": ref("Item")}, page=_WHOLE, per_page=_WHOLE, total=_WHOLE),
    "NewOrder": {
        "type": "object",
        "required": ["item_id"],
        "properties": {"item_id": {"type": "integer", "minimum": 1}, "quantity": {"type": "integer", "minimum": 1}},
    },
    "Order": _object(
        id=_WHOLE,
        item_id=_WHOLE,
        quantity=_WHOLE,
        total=_NUMBER,
        state={"type": "string", "enum": ["pending", "done"]},
    ),
    "OrderList": _object(orders={"type": "array", "items": ref("Order")}),
    "Problem": _object(detail=STRING),
}

DOCUMENT = document(
    "Shop",
    "A small shop: log in, order, wait until it is done.",
    _PATHS,
    {"schemas": _SCHEMAS, "securitySchemes": BEARER},
)

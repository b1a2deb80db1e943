"""The request that follows a redirect."""

import pytest

from workbench.model.collection import Body, Entry, SavedRequest
from workbench.model.errors import TargetError
from workbench.model.exchange import ServiceResponse, Timing
from workbench.tui.controllers.redirect import following

REQUEST = SavedRequest(
    id="a",
    service="shop",
    method="POST",
    path="/{{x}}",
    headers=(Entry("Authorization", "Bearer {{key}}"), Entry("X-A", "b"), Entry("Cookie", "c")),
    body=Body(kind="text", text="hello"),
    asserts=("status == 302",),
)


def answer(status: int, location: str | None) -> ServiceResponse:
    headers = () if location is None else (("Location", location),)
    return ServiceResponse(
        platform_status=200, status=status, headers=headers, body=b"", platform_headers=(), timing=Timing()
    )


@pytest.mark.parametrize(
    ("status", "location", "method", "path"),
    [
        (302, "/next?a=b#part", "GET", "/next?a=b"),
        (303, "next", "GET", "/one/next"),
        (301, "?q=1", "GET", "/one/two?q=1"),
        (307, "/again", "POST", "/again"),
        (308, "../up", "POST", "/up"),
        (302, "/x?{{key}}", "GET", "/x?\\{{key}}"),
    ],
)
def test_it_goes_where_the_answer_points_without_credentials(
    status: int, location: str, method: str, path: str
) -> None:
    found = following(REQUEST, "/one/two?z", answer(status, location), "b")
    assert (found.id, found.service, found.method, found.path) == ("b", "shop", method, path)
    assert [(each.name, each.off) for each in found.headers] == [
        ("Authorization", True),
        ("X-A", False),
        ("Cookie", True),
    ]
    assert (found.body == REQUEST.body) == (method == "POST")
    assert found.asserts == ()


@pytest.mark.parametrize(
    ("status", "location"),
    [
        (200, "/x"),
        (302, None),
        (302, "http://elsewhere.example/x"),
        (302, "//elsewhere.example/x"),
        (302, "javascript:alert(1)"),
        (302, "http://[bad"),
        (302, "/a b"),
        (302, "https://container.invalid/x"),
    ],
)
def test_what_leads_elsewhere_is_not_followed(status: int, location: str | None) -> None:
    with pytest.raises(TargetError):
        following(REQUEST, "/one", answer(status, location), "b")

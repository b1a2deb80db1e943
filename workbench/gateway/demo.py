"""The well-known accounts of the demo: two teams, a user of each role, a credential of each kind and role.

They open nothing but a local gateway, so they stand here, in `docs/gateway.md` and in tests in plain words.
"""

from __future__ import annotations

from workbench.gateway.config import Key, Team, User
from workbench.gateway.tokens import jwt

ALPHA = Team(display_name="Alpha")
BETA = Team(display_name="Beta")

ADA = User(
    email_address="ada@example.com",
    user_password="lovelace",  # noqa: S106 - a demo account
    first_name="Ada",
    last_name="Lovelace",
    display_name="Ada Lovelace",
    roles={"Alpha": "owner", "Beta": "member"},
)
GRACE = User(
    email_address="grace@example.com",
    user_password="hopper",  # noqa: S106 - a demo account
    first_name="Grace",
    last_name="Hopper",
    display_name="Grace Hopper",
    roles={"Alpha": "admin", "Beta": "owner"},
)
ALAN = User(
    email_address="alan@example.com",
    user_password="turing",  # noqa: S106 - a demo account
    first_name="Alan",
    last_name="Turing",
    display_name="Alan Turing",
    roles={"Alpha": "member"},
)
VERA = User(
    email_address="vera@example.com",
    user_password="rubin",  # noqa: S106 - a demo account
    first_name="Vera",
    last_name="Rubin",
    display_name="Vera Rubin",
    roles={"Alpha": "viewer"},
)


def demo_jwt(user: User) -> str:
    """The fixed access token of a demo user: the same on every machine, never expires."""
    return jwt({"sub": user.user_id, "email": user.email_address, "demo": True}, b"demo")


SK_ALPHA = "sk-demo-alpha"
SK_BETA = "sk-demo-beta"
DK_OWNER = "dk-demo"
DK_ADMIN = "dk-demo-admin"
DK_MEMBER = "dk-demo-member"
DK_VIEWER = "dk-demo-viewer"
DK_BETA = "dk-demo-beta"
AK = "ak-demo"
JWT_OWNER = demo_jwt(ADA)
JWT_ADMIN = demo_jwt(GRACE)
JWT_MEMBER = demo_jwt(ALAN)
JWT_VIEWER = demo_jwt(VERA)

TEAMS = (ALPHA, BETA)
USERS = (ADA, GRACE, ALAN, VERA)
KEYS = (
    Key(value=SK_ALPHA, team="Alpha"),
    Key(value=SK_BETA, team="Beta"),
    Key(value=DK_OWNER, team="Alpha", user=ADA.email_address),
    Key(value=DK_ADMIN, team="Alpha", user=GRACE.email_address),
    Key(value=DK_MEMBER, team="Alpha", user=ALAN.email_address),
    Key(value=DK_VIEWER, team="Alpha", user=VERA.email_address),
    Key(value=DK_BETA, team="Beta", user=ADA.email_address),
    Key(value=AK, team="Alpha"),
    Key(value=JWT_OWNER, user=ADA.email_address),
    Key(value=JWT_ADMIN, user=GRACE.email_address),
    Key(value=JWT_MEMBER, user=ALAN.email_address),
    Key(value=JWT_VIEWER, user=VERA.email_address),
)

"""Flask extensions, created once and bound to an application by create_app."""

from __future__ import annotations

from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from console.columns import Base

# Savepoints let a test put a whole request inside its own transaction; with a real connection nothing changes.
db = SQLAlchemy(
    metadata=Base.metadata, session_options={"join_transaction_mode": "create_savepoint", "expire_on_commit": False}
)
babel = Babel()
csrf = CSRFProtect()
login = LoginManager()

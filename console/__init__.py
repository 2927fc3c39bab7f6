"""聚贤: the console of government expert pools. ``create_app`` wires it together and decides nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def create_app(config: Mapping[str, object] | None = None) -> Flask:
    """Build the application from a mapping of settings (the environment when None). SettingError when one is wrong."""
    # Here and not above: the command line and the supervisor import this package too and need none of it.
    from flask import Flask

    import config as settings
    from console import audit, crypt, database
    from console.adapters import wiring
    from console.extensions import babel, csrf, db, login
    from console.services import outside, readings
    from console.services.effects import check_workflows
    from console.views import admin, assets, blueprints, context, errors, guard, request

    values = dict(config if config is not None else settings.load())
    app = Flask(__name__, template_folder=str(settings.ROOT / "templates"), static_folder="static")
    app.config.from_mapping(values)
    crypt.configure(crypt.load(Path(str(app.config["KEYFILE"]))))
    db.init_app(app)
    database.provide(lambda: db.session())
    audit.install()
    outside.install(outside.Outside(**wiring.adapters(app.config)))
    readings.use_readings(settings.ROOT / "seeds")
    check_workflows()
    request.install(app)
    csrf.init_app(app)
    guard.install(app)
    errors.install(app)
    babel.init_app(app, locale_selector=context.locale)
    login.init_app(app)
    login.user_loader(request.load_user)
    login.request_loader(request.load_user)
    assets.install(app)
    context.install(app)
    for blueprint in blueprints.ALL:
        app.register_blueprint(blueprint)
    admin.install(app, db)
    return app

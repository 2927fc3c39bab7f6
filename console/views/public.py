"""Placeholder: the pages of public are written by their own commit."""

from flask import Blueprint

bp = Blueprint("public", __name__)

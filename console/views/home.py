"""Placeholder: the pages of home are written by their own commit."""

from flask import Blueprint

bp = Blueprint("home", __name__)

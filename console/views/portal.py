"""Placeholder: the pages of portal are written by their own commit."""

from flask import Blueprint

bp = Blueprint("portal", __name__)

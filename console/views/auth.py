"""Placeholder: the pages of auth are written by their own commit."""

from flask import Blueprint

bp = Blueprint("auth", __name__)

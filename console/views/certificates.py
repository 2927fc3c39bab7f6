"""Placeholder: the pages of certificates are written by their own commit."""

from flask import Blueprint

bp = Blueprint("certificates", __name__)

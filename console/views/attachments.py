"""Placeholder: the pages of attachments are written by their own commit."""

from flask import Blueprint

bp = Blueprint("attachments", __name__)

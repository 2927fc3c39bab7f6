"""Reading what was printed: certificates and Word files, and the industries of the appendix."""

from __future__ import annotations

import io

from docx import Document
from pypdf import PdfReader
from werkzeug.test import TestResponse

from tests.journeys.person import Person, words

INDUSTRIES = (
    "化工（危险化学品）",
    "烟花爆竹",
    "工贸",
    "非煤矿山",
    "建筑消防",
    "交通运输",
    "安全生产执法",
    "应急指挥",
    "应急救援",
    "抢险救灾应急与救援",
    "森林草原防灭火",
    "水旱灾害应急抢险救灾",
    "风险监测和综合减灾",
    "法规、标准、基础理论研究，科技研发与管理",
    "经济财会类",
    "信息传输、软件和信息技术服务",
    "应急科普",
    "其他行业",
)


def pdf_pages(person: Person, address: str) -> list[str]:
    """The words of each page of a PDF, as a reader copies them."""
    answer = person.fetch(address)
    assert answer.mimetype == "application/pdf"
    return [words(page.extract_text()) for page in PdfReader(io.BytesIO(answer.data)).pages]


def paper_words(person: Person, certificate_id: int) -> str:
    """The words of a certificate; it has one page."""
    (page,) = pdf_pages(person, f"/certificates/{certificate_id}.pdf")
    return page


def docx_words(answer: TestResponse) -> str:
    """The words of a Word file."""
    assert answer.mimetype.endswith("wordprocessingml.document")
    document = Document(io.BytesIO(answer.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return words("".join(p.text for p in document.paragraphs) + "".join(cells))

"""Papers and tables of the demonstration as uploads."""

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

TABLES = Path(__file__).parent / "tables"


def paper(title: str) -> SimpleUploadedFile:
    """A one-page PDF that says it is an illustration; its content differs with the title."""
    stream = b"BT /F1 18 Tf 72 760 Td (Illustration only) Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Title <%s> >>" % ("\ufeff" + title).encode("utf-16-be").hex().encode(),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    end = b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(body))
    return SimpleUploadedFile("minh-hoa.pdf", body + head + table + end, content_type="application/pdf")


def table(name: str) -> SimpleUploadedFile:
    """A table of official figures as a CSV upload."""
    return SimpleUploadedFile(name, (TABLES / name).read_bytes(), content_type="text/csv")

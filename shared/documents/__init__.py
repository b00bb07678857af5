"""Papers that go out: DOCX, PDF, XLSX and CSV."""

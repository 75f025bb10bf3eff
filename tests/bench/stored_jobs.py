"""Databases that hold many ended jobs, as a coordinator would have left them: each with an attempt and its history."""
import sqlite3
from pathlib import Path

SCHEMA = Path(__file__).resolve().parents[2] / "schema"
SPEC = ('{"prompt":"no-op","lyrics":"","duration_ms":30000,"seed":1,"key_scale":"","time_signature":"","vocal_language":"en",'
        '"instrumental":false,"model":"","container":"mp3","sample_rate_hz":48000,"bit_rate_kbps":192}')
ERROR = '{"code":"invalid_argument","message":"no-op","param":""}'
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "


def stored_jobs(count):
    """A function that makes such a database. It has the first schema, and the coordinator migrates it when it starts."""
    def fill(file):
        connection = sqlite3.connect(file)
        connection.executescript((SCHEMA / "001_jobs.sql").read_text() + ";PRAGMA user_version = 1; PRAGMA journal_mode = WAL")
        values = {"count": count, "spec": SPEC, "error": ERROR}
        with connection:
            connection.execute(NUMBERS + """
                INSERT INTO jobs (id, tenant, state, spec, priority, metadata, created_at, updated_at, started_at, finished_at, epoch,
                                  attempts, worker, cancel_requested, error, warnings)
                SELECT format('job_%026d', i), 'default', 'failed', :spec, 0, '{}', 1700000000000 + i, 1700000000000 + i,
                       1700000000000 + i, 1700000000000 + i, 1, 1, 'noop-0', 0, :error, '[]' FROM n""", values)
            connection.execute("""INSERT INTO attempts SELECT id, 1, worker, started_at, finished_at, 'failed', error FROM jobs""")
            for kind in ("submitted", "leased", "attempt_ended", "failed"):
                connection.execute("INSERT INTO events (job, at, kind, detail) SELECT id, created_at, ?, '{}' FROM jobs", (kind,))
        connection.close()
    return fill

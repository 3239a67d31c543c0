"""`python -m benchmarks NAME`: the same as `motcua bench NAME`, for a child process that has only an interpreter."""

from benchmarks.command import app

app(prog_name="motcua bench")

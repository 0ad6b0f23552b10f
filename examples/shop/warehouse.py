"""What the shop depends on: the price of everything, with Python alone.

python warehouse.py 8081
"""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Warehouse(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        price = f"{len(self.path) * 100}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(price)))
        self.end_headers()
        self.wfile.write(price)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


if __name__ == "__main__":
    Server(("127.0.0.1", int(sys.argv[1])), Warehouse).serve_forever()

"""Locust: three requests, one of which fails."""

from locust import HttpUser, constant, task


class Reader(HttpUser):
    host = "http://127.0.0.1:31080"
    wait_time = constant(0.1)

    @task(4)
    def get(self) -> None:
        self.client.get("/documents/1", name="get document")

    @task(1)
    def busy(self) -> None:
        self.client.get("/documents/5", name="busy")

    @task(1)
    def index(self) -> None:
        self.client.post("/documents", json={}, name="index, bulk")

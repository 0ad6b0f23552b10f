import static io.gatling.javaapi.core.CoreDsl.*;
import static io.gatling.javaapi.http.HttpDsl.*;
import io.gatling.javaapi.core.*;
import io.gatling.javaapi.http.*;

/** Gatling: an open model, a group, and three ways to fail. */
public class Small extends Simulation {
  HttpProtocolBuilder protocol = http.baseUrl("http://127.0.0.1:31080").disableFollowRedirect();

  ScenarioBuilder readers = scenario("readers")
      .exec(http("get document").get("/documents/1"))
      .exec(http("busy").get("/documents/5"))
      .group("searching").on(
          exec(http("search").get("/search").check(jsonPath("$.title"))));

  ScenarioBuilder unlucky = scenario("unlucky")
      .exec(http("nobody").get("http://127.0.0.1:31099/"))
      .exec(http("slow").get("/slow?s=2").requestTimeout(1))
      .exec(http("#{missing}").get("/search"));

  {
    setUp(readers.injectOpen(constantUsersPerSec(3).during(2)), unlucky.injectOpen(atOnceUsers(1))).protocols(protocol);
  }
}

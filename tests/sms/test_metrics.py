"""The SMS program tells Prometheus how it answers, on this PC alone."""

from prometheus_client.parser import text_string_to_metric_families


def test_answers_are_counted_by_route(app):
    browser = app.test_client()
    browser.get("/nothing/here")
    browser.post("/twilio/sms", data={"Body": "x"})

    answer = browser.get("/metrics")

    counts = {
        (one.labels["route"], one.labels["status"])
        for family in text_string_to_metric_families(answer.text)
        for one in family.samples
        if one.name.endswith("_count")
    }
    assert ("other", "404") in counts
    assert any(route == "webhooks.sms" or route.startswith("webhooks") for route, _ in counts)


def test_only_this_pc_reads_them(app):
    browser = app.test_client()

    far = browser.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.7"})
    proxied = browser.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})

    assert (far.status_code, proxied.status_code) == (404, 404)

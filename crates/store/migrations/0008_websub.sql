-- Subscriptions to hubs that push a feed's changes.
CREATE TABLE subscription (
    feed_id BIGINT PRIMARY KEY REFERENCES feed (id),
    hub TEXT NOT NULL,
    topic TEXT NOT NULL,
    -- The part of the callback's address that nobody can guess.
    token TEXT NOT NULL UNIQUE,
    secret TEXT,
    state TEXT NOT NULL,
    reason TEXT,
    tries BIGINT NOT NULL,
    -- Since when it has been active without a break, and until when.
    since_ms BIGINT,
    until_ms BIGINT,
    delivered_ms BIGINT,
    -- Deliveries that were not what they said.
    refused BIGINT NOT NULL
);

-- Source only: restore_events reads a replica through it. Part of PostgreSQL's contrib modules.
CREATE EXTENSION IF NOT EXISTS dblink WITH SCHEMA public;

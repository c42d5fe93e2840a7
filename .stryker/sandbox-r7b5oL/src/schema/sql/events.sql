-- Source and destinations: the immutable events and what is looked up by.
CREATE TABLE public.events (
  id bigint NOT NULL,
  ts timestamptz NOT NULL,
  event jsonb NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (id)
);

CREATE INDEX events_ts ON public.events (ts);
CREATE INDEX events_event_entityname ON public.events ((event #>> '{entityName}'));
CREATE INDEX events_event_operation ON public.events ((event #>> '{operation}'));
CREATE INDEX events_event_propertyname ON public.events ((event #>> '{propertyName}'));
CREATE INDEX events_event_entityid ON public.events ((event #>> '{entityId}'));
CREATE INDEX events_event_metadata_command ON public.events ((event #>> '{metadata, command}'));

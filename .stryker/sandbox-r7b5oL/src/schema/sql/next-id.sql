-- Source only: the next id to hand out. Whoever takes ids holds the lock on this row until commit, so that ids are
-- consecutive and events become visible in the order of their ids.
CREATE TABLE public.id (
  id bigint NOT NULL,
  CONSTRAINT id_pkey PRIMARY KEY (id)
);

INSERT INTO public.id (id) VALUES (1);

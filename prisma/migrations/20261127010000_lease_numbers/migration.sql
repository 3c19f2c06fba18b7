-- Every lease takes the next number of this sequence when it is granted. Of two holders of one lease, the later one has
-- the higher number, so rows that remember the highest number they have seen refuse whatever an earlier holder still writes.
CREATE SEQUENCE lease_number;

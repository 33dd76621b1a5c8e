"""Apache Avro: schemas as the Java implementation (1.12) reads and compares them, payloads as one strict binary datum."""

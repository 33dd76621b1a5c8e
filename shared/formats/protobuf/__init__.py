"""Protocol Buffers: proto2, proto3 and editions. Texts are compiled by protoc, payloads are read by google.protobuf (upb)."""

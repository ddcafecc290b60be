module interop

go 1.21

require (
	github.com/pborman/uuid v1.2.1
	google.golang.org/grpc v1.29.1
	gopkg.in/BTrDB/btrdb.v5 v5.9.1
)

require (
	github.com/golang/protobuf v1.4.2 // indirect
	github.com/google/uuid v1.0.0 // indirect
	github.com/grpc-ecosystem/grpc-gateway v1.14.4 // indirect
	github.com/huichen/murmur v0.0.0-20130808212358-e0489551cf51 // indirect
	github.com/op/go-logging v0.0.0-20160315200505-970db520ece7 // indirect
	golang.org/x/net v0.0.0-20191002035440-2ec189313ef0 // indirect
	golang.org/x/sys v0.0.0-20190215142949-d0b11bdaac8a // indirect
	golang.org/x/text v0.3.0 // indirect
	google.golang.org/genproto v0.0.0-20200430143042-b979b6f78d84 // indirect
	google.golang.org/protobuf v1.23.0 // indirect
)

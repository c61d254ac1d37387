module peer

go 1.25

require (
	github.com/cloudwego/kitex v0.16.3
)

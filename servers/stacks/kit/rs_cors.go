// The service of the kit with Go's rs/cors.
package main

import (
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/rs/cors"
)

func names(variable string) []string {
	return strings.FieldsFunc(os.Getenv(variable), func(sign rune) bool { return sign == ',' })
}

func main() {
	maxAge, _ := strconv.Atoi(os.Getenv("MAX_AGE"))
	layer := cors.New(cors.Options{
		AllowedOrigins: names("ORIGINS"), AllowedMethods: names("METHODS"), AllowedHeaders: names("HEADERS"),
		ExposedHeaders: names("EXPOSE"), AllowCredentials: os.Getenv("CREDENTIALS") == "true", MaxAge: maxAge,
	})
	service := func(response http.ResponseWriter, request *http.Request) {
		cookie, _ := request.Cookie("session")
		switch request.Method + " " + request.URL.Path {
		case "GET /public":
			response.Header().Set("X-Total", "3")
		case "GET /me":
			response.WriteHeader(map[bool]int{true: 200, false: 401}[cookie != nil && cookie.Value == "alice"])
		case "PUT /things":
			response.WriteHeader(204)
		case "GET /broken":
			response.WriteHeader(500)
		default:
			response.WriteHeader(404)
		}
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], layer.Handler(http.HandlerFunc(service))))
}

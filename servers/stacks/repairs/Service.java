import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import javax.servlet.DispatcherType;
import javax.servlet.FilterChain;
import javax.servlet.ServletException;
import javax.servlet.http.Cookie;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.servlet.FilterHolder;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.springframework.context.annotation.Bean;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

/** The service as a servlet, with Spring's filter. */
public class Service extends HttpServlet {
    // CORS-LINES

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String call = request.getMethod() + " " + request.getPathInfo();
        if (call.equals("GET /broken")) throw new IllegalStateException("an error that no handler catches");
        if (!call.equals("GET /me") && !call.equals("PUT /things")) {
            response.setStatus(404);
        } else if (!"alice".equals(session(request))) {
            response.setStatus(401);
        } else if (call.equals("PUT /things")) {
            response.setStatus(204);
        } else {
            response.setHeader("ETag", "\"v1\"");
            response.getWriter().print("alice");
        }
    }

    private static String session(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies() == null ? new Cookie[0] : request.getCookies();
        for (Cookie cookie : cookies) if (cookie.getName().equals("session")) return cookie.getValue();
        return null;
    }

    public static void main(String[] arguments) throws Exception {
        Server server = new Server(new java.net.InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])));
        ServletContextHandler context = new ServletContextHandler();
        Service service = new Service();
        context.addServlet(new ServletHolder(service), "/*");
        for (java.lang.reflect.Method bean : Service.class.getMethods()) {
            if (bean.isAnnotationPresent(Bean.class)) {
                CorsFilter filter = (CorsFilter) bean.invoke(service);
                context.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
            }
        }
        server.setHandler(context);
        server.start();
    }
}

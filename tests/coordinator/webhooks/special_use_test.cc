#include "coordinator/webhooks/special_use.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace musicfleet::webhooks {
namespace {

struct Row {
  const char* address;
  const char* use;  // null: public
};

// The first and the last address of each range, and the neighbours outside of it.
constexpr Row kTable[] = {
    {"0.0.0.0", "this network"},
    {"0.255.255.255", "this network"},
    {"1.0.0.0", nullptr},
    {"9.255.255.255", nullptr},
    {"10.0.0.0", "private"},
    {"10.255.255.255", "private"},
    {"11.0.0.0", nullptr},
    {"100.63.255.255", nullptr},
    {"100.64.0.0", "carrier-grade NAT"},
    {"100.100.100.200", "carrier-grade NAT"},  // Alibaba's metadata
    {"100.127.255.255", "carrier-grade NAT"},
    {"100.128.0.0", nullptr},
    {"126.255.255.255", nullptr},
    {"127.0.0.0", "loopback"},
    {"127.0.0.1", "loopback"},
    {"127.255.255.255", "loopback"},
    {"128.0.0.0", nullptr},
    {"168.63.129.15", nullptr},
    {"168.63.129.16", "metadata"},
    {"168.63.129.17", nullptr},
    {"169.253.255.255", nullptr},
    {"169.254.0.0", "link-local or metadata"},
    {"169.254.169.254", "link-local or metadata"},
    {"169.254.255.255", "link-local or metadata"},
    {"169.255.0.0", nullptr},
    {"172.15.255.255", nullptr},
    {"172.16.0.0", "private"},
    {"172.31.255.255", "private"},
    {"172.32.0.0", nullptr},
    {"191.255.255.255", nullptr},
    {"192.0.0.0", "IETF protocol assignments"},
    {"192.0.0.192", "IETF protocol assignments"},  // Oracle's metadata
    {"192.0.0.255", "IETF protocol assignments"},
    {"192.0.1.0", nullptr},
    {"192.0.2.0", "documentation"},
    {"192.0.2.255", "documentation"},
    {"192.0.3.0", nullptr},
    {"192.88.98.255", nullptr},
    {"192.88.99.0", "6to4 relay"},
    {"192.88.99.255", "6to4 relay"},
    {"192.88.100.0", nullptr},
    {"192.167.255.255", nullptr},
    {"192.168.0.0", "private"},
    {"192.168.255.255", "private"},
    {"192.169.0.0", nullptr},
    {"198.17.255.255", nullptr},
    {"198.18.0.0", "benchmarking"},
    {"198.19.255.255", "benchmarking"},
    {"198.20.0.0", nullptr},
    {"198.51.100.0", "documentation"},
    {"198.51.100.255", "documentation"},
    {"198.51.101.0", nullptr},
    {"203.0.112.255", nullptr},
    {"203.0.113.0", "documentation"},
    {"203.0.113.255", "documentation"},
    {"203.0.114.0", nullptr},
    {"223.255.255.255", nullptr},
    {"224.0.0.0", "multicast"},
    {"239.255.255.255", "multicast"},
    {"240.0.0.0", "reserved or broadcast"},
    {"255.255.255.255", "reserved or broadcast"},
    {"8.8.8.8", nullptr},

    {"::", "unspecified"},
    {"::1", "loopback"},
    {"::2", "IPv4-compatible"},
    {"::8.8.8.8", "IPv4-compatible"},
    {"::fffe:808:808", "not given out"},
    {"::ffff:8.8.8.8", "IPv4-mapped"},
    {"::ffff:127.0.0.1", "IPv4-mapped"},
    {"64:ff9b::808:808", "NAT64"},
    {"64:ff9b::1:0:0", "not given out"},
    {"64:ff9b:1::1", "NAT64"},
    {"64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "NAT64"},
    {"64:ff9b:2::", "not given out"},
    {"100::1", "discard only"},
    {"100:0:0:1::1", "dummy prefix"},
    {"100:0:0:2::", "not given out"},
    {"1fff:ffff::", "not given out"},
    {"2000::", nullptr},
    {"2001::", "Teredo"},
    {"2001:0:ffff::", "Teredo"},
    {"2001:2::1", "IETF protocol assignments"},
    {"2001:10::1", "IETF protocol assignments"},
    {"2001:1ff:ffff::", "IETF protocol assignments"},
    {"2001:200::", nullptr},
    {"2001:db7:ffff::", nullptr},
    {"2001:db8::", "documentation"},
    {"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "documentation"},
    {"2001:db9::", nullptr},
    {"2002:7f00:1::", "6to4"},
    {"2002:ffff::", "6to4"},
    {"2003::", nullptr},
    {"2606:4700:4700::1111", nullptr},
    {"3ffe:ffff::", nullptr},
    {"3fff::", "documentation"},
    {"3fff:fff:ffff::", "documentation"},
    {"3fff:1000::", nullptr},
    {"4000::", "not given out"},
    {"5f00::1", "segment routing"},
    {"fbff:ffff::", "not given out"},
    {"fc00::", "unique local or metadata"},
    {"fd00:ec2::254", "unique local or metadata"},
    {"fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "unique local or metadata"},
    {"fe80::", "link-local"},
    {"febf:ffff::", "link-local"},
    {"fec0::", "site-local"},
    {"feff:ffff::", "site-local"},
    {"ff00::", "multicast"},
    {"ff02::1", "multicast"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "multicast"},
};

TEST(SpecialUse, IsKnownOfEveryRangeAndOfNothingBeside) {
  for (const Row& row : kTable) {
    const auto address = IpAddress::parse(row.address);
    ASSERT_TRUE(address) << row.address;
    const auto use = special_use_of(*address);
    EXPECT_EQ(use.value_or("public"), std::string_view(row.use ? row.use : "public")) << row.address;
  }
}

TEST(IpAddress, IsReadFromTheSocketAddressItself) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(443);
  v4.sin_addr.s_addr = htonl(0xA9FEA9FE);
  EXPECT_EQ(IpAddress::of(reinterpret_cast<const sockaddr&>(v4))->text(), "169.254.169.254");
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_addr = in6addr_loopback;
  EXPECT_EQ(IpAddress::of(reinterpret_cast<const sockaddr&>(v6))->text(), "::1");
  sockaddr unix_socket{};
  unix_socket.sa_family = AF_UNIX;
  EXPECT_FALSE(IpAddress::of(unix_socket));
}

TEST(IpNetwork, IsReadFromTextOrNotAtAll) {
  EXPECT_TRUE(IpNetwork::parse("0.0.0.0/0")->contains(*IpAddress::parse("8.8.8.8")));
  EXPECT_FALSE(IpNetwork::parse("::/0")->contains(*IpAddress::parse("8.8.8.8")));
  for (const char* text : {"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "::/129", "10/8",
                           "a.example/8", "10.0.0.0/8x"})
    EXPECT_FALSE(IpNetwork::parse(text)) << text;
}

}  // namespace
}  // namespace musicfleet::webhooks

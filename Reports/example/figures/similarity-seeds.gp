# Draws similarity-seeds.svg: run “gnuplot similarity-seeds.gp” in this folder.
# Colours, fonts and line widths may be changed below. What it draws is in similarity-seeds-N.dat and
# .bin, prepared for drawing; the numbers as they were measured are in similarity-seeds.csv.
reset session
set encoding utf8
set terminal svg noenhanced dynamic size 640,555 font 'sans-serif,12' linewidth 1
set output 'similarity-seeds.svg'
set multiplot
# Title and legend, in px from the lower left corner.
set lmargin at screen 0.0; set rmargin at screen 1.0; set bmargin at screen 0.0; set tmargin at screen 1.0
set xrange [0:640.0]
set yrange [0:555.0]
unset border; unset tics; unset key; unset colorbox
set label 'Weight similarity' at screen 0.5,0.9632432432432433 center font ',16.0' textcolor rgb '#1F2328' noenhanced front
plot -1 with lines notitle
unset label; unset object
# A panel.
set lmargin at screen 0.14100000000000001; set rmargin at screen 0.851125; set bmargin at screen 0.10400000000000005; set tmargin at screen 0.922882882882883
unset logscale x
set xrange [-0.5:4.5]
set xtics nomirror out norotate offset 0,0.4 scale 0.3,0.15 font ',12.0' textcolor rgb '#4B535D' ('seeds[0]' 0.0, 'seeds[1]' 1.0, 'seeds[2]' 2.0, 'seeds[3]' 3.0, 'seeds[4]' 4.0)
unset logscale y
set yrange [4.5:-0.5]
set ytics nomirror out norotate  scale 0.3,0.15 font ',12.0' textcolor rgb '#4B535D' ('seeds[0]' 0.0, 'seeds[1]' 1.0, 'seeds[2]' 2.0, 'seeds[3]' 3.0, 'seeds[4]' 4.0)
set clip one; set clip two
set border 15 front linewidth 0.8 linecolor rgb '#4B535D'
unset grid
unset logscale cb
set palette defined (0 '#053061', 1 '#2166AC', 2 '#4393C3', 3 '#92C5DE', 4 '#D1E5F0', 5 '#F7F7F7', 6 '#FDDBC7', 7 '#F4A582', 8 '#D6604D', 9 '#B2182B', 10 '#67001F')
set cbrange [-1.0:1.0]
set colorbox user vertical origin screen 0.873,0.10400000000000005 size screen 0.0234375,0.8188828828828829
set cbtics out scale 0.5,0.25 font ',12.0' textcolor rgb '#4B535D' ('−1.0' -1.0, '−0.8' -0.8, '−0.6' -0.6000000000000001, '−0.4' -0.4, '−0.2' -0.2, '0.0' 0.0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6000000000000001, '0.8' 0.8, '1.0' 1.0)
set label 'checkpoint' at screen 0.4960625,0.028144144144144196 center font ',13.5' textcolor rgb '#1F2328' noenhanced front
set label 'checkpoint' at screen 0.01875,0.5134414414414415 center rotate by 90 font ',13.5' textcolor rgb '#1F2328' noenhanced front
set label 'cosine similarity' at screen 0.978125,0.5134414414414415 center rotate by 90 font ',13.5' textcolor rgb '#1F2328' noenhanced front
set label '1.00' at 0.0,0.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.01' at 1.0,0.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '-0.01' at 2.0,0.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.04' at 3.0,0.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.00' at 4.0,0.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.01' at 0.0,1.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '1.00' at 1.0,1.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.05' at 2.0,1.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.01' at 3.0,1.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '-0.02' at 4.0,1.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '-0.01' at 0.0,2.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.05' at 1.0,2.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '1.00' at 2.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.01' at 3.0,2.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '-0.01' at 4.0,2.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.04' at 0.0,3.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.01' at 1.0,3.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.01' at 2.0,3.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '1.00' at 3.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.00' at 4.0,3.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.00' at 0.0,4.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '-0.02' at 1.0,4.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '-0.01' at 2.0,4.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.00' at 3.0,4.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '1.00' at 4.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
plot 'similarity-seeds-1.dat'  using 1:2:3:4:5:6:7 with boxxyerror linecolor palette linewidth 0.5 fillstyle solid 1 notitle
unset label; unset object; unset arrow; unset logscale; unset colorbox
unset multiplot
unset output

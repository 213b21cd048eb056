# Draws similarity-path.svg: run “gnuplot similarity-path.gp” in this folder.
# Colours, fonts and line widths may be changed below. What it draws is in similarity-path-N.dat and
# .bin, prepared for drawing; the numbers as they were measured are in similarity-path.csv.
reset session
set encoding utf8
set terminal svg noenhanced dynamic size 640,565 font 'sans-serif,12' linewidth 1
set output 'similarity-path.svg'
set multiplot
# Title and legend, in px from the lower left corner.
set lmargin at screen 0.0; set rmargin at screen 1.0; set bmargin at screen 0.0; set tmargin at screen 1.0
set xrange [0:640.0]
set yrange [0:565.0]
unset border; unset tics; unset key; unset colorbox
set label 'Weight similarity' at screen 0.5,0.9638938053097346 center font ',16.0' textcolor rgb '#1F2328' noenhanced front
plot -1 with lines notitle
unset label; unset object
# A panel.
set lmargin at screen 0.12525; set rmargin at screen 0.851125; set bmargin at screen 0.10201769911504432; set tmargin at screen 0.9242477876106195
unset logscale x
set xrange [-0.5:8.5]
set xtics nomirror out norotate offset 0,0.4 scale 0.3,0.15 font ',12.0' textcolor rgb '#4B535D' ('path[0]' 0.0, 'path[1]' 1.0, 'path[2]' 2.0, 'path[3]' 3.0, 'path[4]' 4.0, 'path[5]' 5.0, 'path[6]' 6.0, 'path[7]' 7.0, 'path[8]' 8.0)
unset logscale y
set yrange [8.5:-0.5]
set ytics nomirror out norotate  scale 0.3,0.15 font ',12.0' textcolor rgb '#4B535D' ('path[0]' 0.0, 'path[1]' 1.0, 'path[2]' 2.0, 'path[3]' 3.0, 'path[4]' 4.0, 'path[5]' 5.0, 'path[6]' 6.0, 'path[7]' 7.0, 'path[8]' 8.0)
set clip one; set clip two
set border 15 front linewidth 0.8 linecolor rgb '#4B535D'
unset grid
unset logscale cb
set palette defined (0 '#053061', 1 '#2166AC', 2 '#4393C3', 3 '#92C5DE', 4 '#D1E5F0', 5 '#F7F7F7', 6 '#FDDBC7', 7 '#F4A582', 8 '#D6604D', 9 '#B2182B', 10 '#67001F')
set cbrange [-1.0:1.0]
set colorbox user vertical origin screen 0.873,0.10201769911504432 size screen 0.0234375,0.8222300884955752
set cbtics out scale 0.5,0.25 font ',12.0' textcolor rgb '#4B535D' ('−1.0' -1.0, '−0.8' -0.8, '−0.6' -0.6000000000000001, '−0.4' -0.4, '−0.2' -0.2, '0.0' 0.0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6000000000000001, '0.8' 0.8, '1.0' 1.0)
set label 'checkpoint' at screen 0.4881875,0.027504424778761142 center font ',13.5' textcolor rgb '#1F2328' noenhanced front
set label 'checkpoint' at screen 0.01874999999999999,0.513132743362832 center rotate by 90 font ',13.5' textcolor rgb '#1F2328' noenhanced front
set label 'cosine similarity' at screen 0.978125,0.513132743362832 center rotate by 90 font ',13.5' textcolor rgb '#1F2328' noenhanced front
set label '1.00' at 0.0,0.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '1.00' at 1.0,0.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.98' at 2.0,0.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.87' at 3.0,0.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.76' at 4.0,0.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.72' at 5.0,0.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.70' at 6.0,0.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.68' at 7.0,0.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.67' at 8.0,0.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '1.00' at 0.0,1.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '1.00' at 1.0,1.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.99' at 2.0,1.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.89' at 3.0,1.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.79' at 4.0,1.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.74' at 5.0,1.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.72' at 6.0,1.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.70' at 7.0,1.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.69' at 8.0,1.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.98' at 0.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.99' at 1.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '1.00' at 2.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.95' at 3.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.85' at 4.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.81' at 5.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.78' at 6.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.77' at 7.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.76' at 8.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.87' at 0.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.89' at 1.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.95' at 2.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '1.00' at 3.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.95' at 4.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.92' at 5.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.89' at 6.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.88' at 7.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.86' at 8.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.76' at 0.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.79' at 1.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.85' at 2.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.95' at 3.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '1.00' at 4.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.98' at 5.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.97' at 6.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.95' at 7.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.94' at 8.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.72' at 0.0,5.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.74' at 1.0,5.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.81' at 2.0,5.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.92' at 3.0,5.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.98' at 4.0,5.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '1.00' at 5.0,5.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.99' at 6.0,5.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.98' at 7.0,5.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.98' at 8.0,5.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.70' at 0.0,6.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.72' at 1.0,6.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.78' at 2.0,6.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.89' at 3.0,6.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.97' at 4.0,6.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.99' at 5.0,6.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '1.00' at 6.0,6.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '1.00' at 7.0,6.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.99' at 8.0,6.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.68' at 0.0,7.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.70' at 1.0,7.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.77' at 2.0,7.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.88' at 3.0,7.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.95' at 4.0,7.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.98' at 5.0,7.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '1.00' at 6.0,7.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '1.00' at 7.0,7.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '1.00' at 8.0,7.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.67' at 0.0,8.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.69' at 1.0,8.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.76' at 2.0,8.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.86' at 3.0,8.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.94' at 4.0,8.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.98' at 5.0,8.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.99' at 6.0,8.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '1.00' at 7.0,8.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '1.00' at 8.0,8.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
plot 'similarity-path-1.dat'  using 1:2:3:4:5:6:7 with boxxyerror linecolor palette linewidth 0.5 fillstyle solid 1 notitle
unset label; unset object; unset arrow; unset logscale; unset colorbox
unset multiplot
unset output
